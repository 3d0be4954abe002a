export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

const SAMPLE = /^(?<name>[a-zA-Z_:][\w:]*)(?:\{(?<labels>.*)\})? (?<value>\S+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y;

/** Reads the text format and throws at whatever is not in it, so that a test of the text is a test of its form. */
export const parsePrometheus = (text: string): Sample[] => {
  if (!text.endsWith('\n')) throw new Error('the text does not end with a line feed');
  const typed = new Set<string>();
  const samples: Sample[] = [];
  for (const line of text.split('\n')) {
    const type = /^# TYPE (\S+) (counter|gauge|histogram|summary|untyped)$/.exec(line);
    if (type?.[1]) {
      if (typed.has(type[1])) throw new Error(`${type[1]} is declared twice`);
      typed.add(type[1]);
    }
    if (line === '' || line.startsWith('#')) continue;
    const groups = SAMPLE.exec(line)?.groups;
    if (!groups?.['name']) throw new Error(`not a sample: ${line}`);
    const { name } = groups;
    if (!typed.has(name) && !typed.has(name.replace(/_(bucket|sum|count)$/, ''))) throw new Error(`no type: ${line}`);
    samples.push({ name, labels: labelsOf(groups['labels'] ?? ''), value: numberOf(groups['value'] ?? '') });
  }
  const keys = samples.map(({ name, labels }) => JSON.stringify([name, labels]));
  if (new Set(keys).size !== keys.length) throw new Error('a series is there twice');
  return samples;
};

const labelsOf = (text: string): Record<string, string> => {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const at = LABEL.lastIndex;
    const match = LABEL.exec(text);
    if (!match?.[1]) throw new Error(`not labels: ${text.slice(at)}`);
    labels[match[1]] = match[2] ?? '';
  }
  return labels;
};

const numberOf = (text: string): number => {
  const value = text === '+Inf' ? Number.POSITIVE_INFINITY : Number(text);
  if (Number.isNaN(value)) throw new Error(`not a number: ${text}`);
  return value;
};
