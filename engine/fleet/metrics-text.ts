/** Prometheus text of several engines as one, version 0.0.4. */

interface Family {
  head: string;
  samples: string[];
}

/** Every sample gets the label `engine`; each family stands once, in the order in which it was first met. */
export const mergedMetrics = (texts: ReadonlyMap<string, string>): string => {
  const families = new Map<string, Family>();
  for (const [engine, text] of texts) collect(text, `engine="${engine}"`, families);
  let merged = '';
  for (const { head, samples } of families.values()) merged += `${head}${samples.join('')}\n`;
  return merged;
};

const collect = (text: string, label: string, families: Map<string, Family>): void => {
  let family: Family | undefined;
  let isNew = false;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    if (!line.startsWith('#')) {
      family?.samples.push(`${labelled(line, label)}\n`);
      continue;
    }
    const [, kind, name = ''] = line.split(' ', 3);
    if (kind === 'HELP') {
      family = families.get(name);
      isNew = family === undefined;
      family ??= { head: '', samples: [] };
      families.set(name, family);
    }
    // What is not available is a remark of one engine, and the type is the same for all.
    if (family && isNew && (kind === 'HELP' || kind === 'TYPE')) family.head += `${line}\n`;
  }
};

const labelled = (line: string, label: string): string => {
  const end = line.search(/[{ ]/);
  if (end === -1) return line;
  return line[end] === '{'
    ? `${line.slice(0, end)}{${label},${line.slice(end + 1)}`
    : `${line.slice(0, end)}{${label}}${line.slice(end)}`;
};
