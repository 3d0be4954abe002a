/** Writes docs/ref/event-types.md from the catalogue. */
import { EVENTS } from './definitions/index.js';
import { Inference } from './definitions/inferences.js';
import { EVENT_TYPES } from './schemas.js';

interface Schema {
  type?: string;
  description?: string;
  title?: string;
  const?: unknown;
  enum?: readonly unknown[];
  format?: string;
  properties?: Record<string, Schema>;
  required?: readonly string[];
  items?: Schema;
  anyOf?: readonly Schema[];
  minimum?: number;
  maximum?: number;
}

const INTRO = `# Types of events

Every type with what is in its \`data\`. [events.md](events.md) says what is around it, and how nothing is missed. The same is at \`/asyncapi.json\`
of every engine, as JSON Schema. Fields may be added; none is renamed or removed. Types of node types that a program adds are not here.
`;

const GROUPS = [
  ['Microsoft.VideoAnalyzer.', "AVA's", 'Programs for AVA know these. What AVA does not have is in fields of its own.'],
  ['Sluice.', "Sluice's own", 'Things that AVA does not tell of.'],
] as const;

const kindOf = (schema: Schema): string => {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.format === 'date-time') return 'time';
  if (schema.title) return `[${schema.title}](#${schema.title.toLowerCase()})`;
  if (schema.type === 'array') return `list of ${kindOf(schema.items ?? {})}`;
  if (schema.anyOf) return schema.anyOf.map(kindOf).join(' or ');
  if (schema.properties) {
    const names = Object.keys(schema.properties).map((name) => `\`${name}\``);
    return `object with ${names.join(', ')}`;
  }
  if (schema.type === 'number' && schema.minimum === 0 && schema.maximum === 1) return 'number, 0 to 1';
  return schema.type ?? 'any';
};

const cell = (text: string): string => text.replaceAll('|', '\\|');

const rows = ({ properties = {}, required = [] }: Schema): string[] =>
  Object.entries(properties).map(([name, field]) => {
    const optional = required.includes(name) ? '' : '?';
    return `| \`${name}\`${optional} | ${cell(kindOf(field))} | ${cell(field.description ?? '')} |`;
  });

const fieldsOf = (schema: Schema): string => {
  if (schema.anyOf) return schema.anyOf.map((each) => `${each.title}:\n\n${fieldsOf(each)}`).join('\n');
  const found = rows(schema);
  return found.length === 0 ? 'No data.\n' : `| field | | |\n|---|---|---|\n${found.join('\n')}\n`;
};

const section = (type: (typeof EVENT_TYPES)[number], prefix: string): string => {
  const { when, from, data, example } = EVENTS[type];
  return [
    `### \`${type.slice(prefix.length)}\`\n`,
    `${when}. From: ${from}.\n`,
    fieldsOf(JSON.parse(JSON.stringify(data)) as Schema),
    `\`\`\`json\n${JSON.stringify(example)}\n\`\`\`\n`,
  ].join('\n');
};

/** A table for each alternative, under the value of its first field. */
const alternatives = (schema: unknown): string => {
  const { anyOf = [] } = JSON.parse(JSON.stringify(schema)) as Schema;
  return anyOf
    .map((each) => `### \`type: ${JSON.stringify(each.properties?.['type']?.const)}\`\n\n${fieldsOf(each)}`)
    .join('\n');
};

/** docs/ref/event-types.md. */
export const eventReference = (): string => {
  const groups = GROUPS.map(([prefix, title, text]) => {
    const types = EVENT_TYPES.filter((type) => type.startsWith(prefix)).sort();
    const sections = types.map((type) => section(type, prefix));
    return `## ${title}, with \`${prefix}\` in front\n\n${text}\n\n${sections.join('\n')}`;
  });
  const inferences = `## Inference\n\nWhat was found, in AVA's form. \`type\` says which of these it is.\n\n${alternatives(Inference)}`;
  const fields = '`?` marks fields that may be absent. Times are UTC in ISO 8601 with milliseconds.\n';
  return `${[INTRO, fields, ...groups, inferences].join('\n').trimEnd()}\n`;
};
