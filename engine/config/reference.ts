import { envNameOf } from './environment.js';
import { schema } from './schema.js';
import { type AnyNode, type AnySection, type AnySetting, isSetting, section, withNames } from './setting.js';

const root = withNames(schema as unknown as AnySection, () => ['{name}']);

const SAMPLE_NAME = 'alarm-desk';
const childrenOf = (node: AnySection): [string, AnyNode][] => Object.entries(node.children as Record<string, AnyNode>);

const INTRO = `# Configuration

One YAML file (JSON is YAML), named by \`--config\` or \`SLUICE_CONFIG\`. Every setting has a default, so the file is optional.
\`examples/sluice.yaml\` is a sample with every setting in it.

* Precedence: the command line, then the environment, then the file, then the default.
* Environment: the name in the table. An empty variable counts as not set.
* Unknown settings are refused, with file, line and column; all problems are reported at once.
* Sizes and durations need a unit: \`64 MiB\`, \`500 MB\`; \`30s\`, \`5m\`, \`1h30m\`, \`7d\` or \`PT30S\`, \`P7D\` as in topologies.
* Relative paths in the file are relative to its folder; elsewhere to the working directory.
* A secret may be in a file of its own: \`http.tokenFile\` for \`http.token\`, \`SLUICE_HTTP_TOKEN_FILE\` for
  \`SLUICE_HTTP_TOKEN\`. One line break at its end is ignored. Secrets are never logged or shown.
* \`{name}\` stands for a name of yours, of lower-case letters and digits with single dashes in between; in variables of the
  environment dashes are underscores: \`SLUICE_WEBHOOKS_ALARM_DESK_URL\` for \`webhooks.alarm-desk.url\`.
* The file is checked for changes every two seconds. Settings marked *at once* take effect then; the log names those that
  need a restart. If the file has become invalid, nothing changes and the log says what is wrong.
* The desired properties of Azure Video Analyzer's module twin are accepted at the top level, without regard to case: paste
  the \`properties.desired\` object into the file.
`;

/** docs/ref/configuration.md. */
export const configurationReference = (): string => {
  const parts = [
    INTRO,
    '## Top level\n',
    table(
      childrenOf(root).filter(([, node]) => isSetting(node)),
      '',
    ),
  ];
  for (const [name, node] of childrenOf(root)) {
    if (!isSetting(node)) parts.push(sectionText(name, node as AnySection));
  }
  return `${parts.join('\n').trimEnd()}\n`;
};

const sectionText = (path: string, node: AnySection): string => {
  const children = childrenOf(node);
  const settings = children.filter(([, child]) => isSetting(child));
  const doc = node.doc === '' ? '' : `${node.doc}\n`;
  const text = `\n## ${path}\n\n${[doc, settings.length > 0 ? table(settings, `${path}.`) : ''].filter(Boolean).join('\n')}`;
  const inner = children.filter(([, child]) => !isSetting(child));
  return text + inner.map(([name, child]) => `\n${sectionText(`${path}.${name}`, child as AnySection)}`).join('');
};

const table = (settings: [string, AnyNode][], prefix: string): string => {
  const rows = settings.map(([name, node]) => {
    const setting = node as AnySetting;
    const names = [prefix + name, ...setting.aliases].map((each) => `\`${each}\``).join(' ');
    const initial = setting.sample === '""' ? '' : `\`${setting.sample}\``;
    const effect = setting.kind === 'ignored' ? '' : setting.live ? 'at once' : 'restart';
    return `| ${names} | ${setting.kind} | ${initial} | ${effect} | ${setting.doc} | \`${envNameOf(prefix + name)}\` |`;
  });
  return ['| setting | kind | default | takes effect | | environment |', '|---|---|---|---|---|---|', ...rows, ''].join(
    '\n',
  );
};

const SAMPLE_INTRO = `# Sluice's configuration: every setting, at its default.
# Keep what you need; whatever is left out has its default. See docs/ref/configuration.md.
#   npx sluice serve --config sluice.yaml
`;

/** examples/sluice.yaml. */
export const sampleConfig = (): string => `${SAMPLE_INTRO}${sampleOf(root, '')}`;

const sampleOf = (node: AnySection, indent: string): string => {
  // A name in a collection would be one more setting.
  if (node.each)
    return inComments(sampleOf(section('', { [SAMPLE_NAME]: section('', node.each.children) }), ''), indent);
  return childrenOf(node)
    .map(([name, child], index, all) => {
      const [, before] = all[index - 1] ?? [];
      // Behind a section of comments alone the formatter takes a blank line away.
      const isCollection = before && !isSetting(before) && before.each;
      const gap = (index === 0 && indent !== '') || isCollection ? '' : '\n';
      const doc = child.doc === '' ? '' : gap + comment(child.doc, indent);
      if (!isSetting(child)) return `${doc}${indent}${name}:\n${sampleOf(child as AnySection, `${indent}  `)}`;
      // A secret has two names; the comment comes first, so that the formatter keeps it with its section.
      const fromFile = child.secret && child.kind !== 'ignored' ? `${indent}# ${name}File: ""\n` : '';
      const line = child.kind === 'ignored' ? `# ${name}:` : `${name}: ${child.sample}`;
      return `${doc}${fromFile}${indent}${line}\n`;
    })
    .join('');
};

const inComments = (text: string, indent: string): string =>
  text.replace(/^(.*)\n/gm, (_, line: string) => (line === '' ? '\n' : `${indent}# ${line}\n`));

const comment = (text: string, indent: string): string => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line && indent.length + 2 + line.length + 1 + word.length > 110) {
      lines.push(line);
      line = word;
    } else {
      line = line ? `${line} ${word}` : word;
    }
  }
  lines.push(line);
  return lines.map((each) => `${indent}# ${each}\n`).join('');
};
