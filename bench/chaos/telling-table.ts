/** Makes the table of docs/design/reliability.md from telling.ts. */
import { type AnyOf, type Sign, TELLING, type Telling } from './telling.js';

const signText = (sign: Sign): string => {
  switch (sign.by) {
    case 'event':
      return `event \`${sign.type.split('.').slice(-2).join('.')}\``;
    case 'metric': {
      const labels = Object.entries(sign.labels ?? {}).map(([label, value]) => `${label}="${value}"`);
      const family = `\`${sign.name}${labels.length > 0 ? `{${labels.join()}}` : ''}\``;
      return typeof sign.when === 'string' ? `${family} ${sign.when}` : `${family} ≤ ${sign.when.atMost}`;
    }
    case 'readiness':
      return `\`/readyz\`: \`${sign.check}\``;
    case 'log':
      return `log “${sign.text}”`;
  }
};

const signsText = (all: readonly AnyOf[]): string =>
  all.map((any) => any.map(signText).join(' or ')).join('; and ') || '–';

/** The table as Markdown, for the document. */
export const tellingTable = (): string =>
  [
    '| fault | what is done | known after | what tells of it | what tells of its end |',
    '| --- | --- | ---: | --- | --- |',
    ...Object.entries<Telling>(TELLING).map(([name, { about, knownAfterSeconds, tells, over }]) => {
      const end = over ? `${signsText(over.tells)}, within ${over.withinSeconds} s` : '–';
      return `| \`${name}\` | ${about} | ${knownAfterSeconds} s | ${signsText(tells)} | ${end} |`;
    }),
  ].join('\n');
