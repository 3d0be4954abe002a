import { formatDuration } from '../core/duration.js';
import { JSON_LIMITS } from './json-limits.js';
import { type AnyNodeDefinition, shortType } from './node-definition.js';
import type { NodeTable } from './node-table.js';
import type { ValueRule } from './schema/value-rule.js';
import type { SchemaNode } from './schema-node.js';
import type { Provided } from './streams.js';
import { RUNTIME_VARIABLES, STATIC_VARIABLES } from './values.js';

const intro = (table: NodeTable): string => `# Topologies and their nodes

Generated from the table of node types in \`engine/nodes/\`, which \`npx sluice check FILE\` uses too.

## Format

A topology is JSON in the format of Azure Video Analyzer's edge module 1.1. Case is ignored in property names, \`@type\` and enum
values. Numbers and booleans may be written as strings or as JSON numbers and booleans. \`null\` counts as absent. What is read
back is canonical: names and enums in the spelling below, parameters sorted by name, defaults filled in. Unknown properties are
refused. All problems are reported at once, each with its JSON pointer.

Names of topologies and live pipelines have 1 to 32 letters, digits and dashes, without a dash at either end. Node names have 1 to
64 characters and must be unique in the topology. A document may have at most ${JSON_LIMITS.values} values, ${JSON_LIMITS.depth} levels,
${JSON_LIMITS.textLength} characters in one string and ${JSON_LIMITS.totalText} characters in all.

## Parameters

\`properties.parameters\` declares them: \`name\` (at most 64 characters), \`type\`, \`description\`, \`default\`. Types are
\`string\`, \`secretString\`, \`int\` (32 bits), \`double\` and \`bool\`. \`\${name}\` in any string is replaced by the live pipeline's
value, or else by the default. References inside a value are not replaced. A live pipeline must give a value for each parameter
without a default. Values of \`secretString\` parameters, defaults included, are never read back, logged or put into events. Other
values are read back, so do not pass passwords as \`string\`. If a live pipeline is set again and names a \`secretString\` parameter
without a value, it keeps the value that it has. If a topology is set again, its secret defaults must be given again.

System variables: ${STATIC_VARIABLES.map((name) => `\`\${${name}}\``).join(' and ')} can be used wherever parameters can,
${RUNTIME_VARIABLES.map((name) => `\`\${${name}}\``).join(' and ')} (UTC, \`20210511T053727Z\` and
\`20210511T053727.713Z\`) only in the \`fileNamePattern\` of a FileSink. Node names, also in \`inputs\`, contain neither.

## How nodes are connected

A processor or sink lists its \`inputs\`. The \`outputSelectors\` of an input select some of the streams: \`is\` or \`isNot\`
\`video\`, \`audio\` or \`application\` (data and metadata, including events). A stream must match all selectors; without
selectors, every stream passes. Pictures count as \`video\`. The graph must not have a cycle, and all of its nodes must be
connected. The sections below say which nodes each node can take input from. A topology has at most one ${table.types
  .filter(({ single }) => single)
  .map(({ type }) => shortType(type))
  .join(' and one ')}.
`;

/** docs/ref/nodes.md. */
export const nodeReference = (table: NodeTable): string => {
  const objects = new Map<string, SchemaNode>();
  const families = { source: '## Sources', processor: '## Processors', sink: '## Sinks' };
  const sections = Object.entries(families).flatMap(([family, heading]) => [
    heading,
    ...table.of(family as keyof typeof families).map((definition) => nodeSection(table, definition, objects)),
  ]);
  const properties = table.topologySchema.properties.properties as SchemaNode;
  const declaration = properties.properties?.['parameters']?.items as SchemaNode;
  const parts = [intro(table), ...sections, '## Objects', objectSections(objects), objectSection(declaration, objects)];
  return `${parts
    .join('\n\n')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`;
};

const nodeSection = (table: NodeTable, node: AnyNodeDefinition, objects: Map<string, SchemaNode>): string => {
  const schema = node.schema as SchemaNode;
  const behind = table.inFrontOf(node).map(({ type }) => shortType(type));
  const lines = [
    `### ${shortType(node.type)}`,
    `\`${node.type}\`. ${schema.description}`,
    ...(behind.length > 0 ? [`Takes input from: ${behind.join(', ')}.`] : []),
    ...(node.placement === undefined ? [] : [node.placement]),
    ...(node.provides.length > 0 ? [`Provides: ${node.provides.map(streamText).join('; ')}.`] : []),
    propertyTable(schema, objects),
  ];
  return lines.join('\n\n');
};

const streamText = (provided: Provided): string =>
  provided.stream === 'media' ? `media (${provided.tracks.join(', ')})` : provided.stream;

/** Objects that nodes refer to, and those that they refer to in turn. */
const objectSections = (objects: Map<string, SchemaNode>): string => {
  const texts = new Map<string, string>();
  for (let open = true; open; ) {
    open = false;
    for (const [title, schema] of objects) {
      if (texts.has(title)) continue;
      texts.set(title, objectSection(schema, objects));
      open = true;
    }
  }
  return [...texts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, text]) => text)
    .join('\n\n');
};

const objectSection = (schema: SchemaNode, objects: Map<string, SchemaNode>): string => {
  const type = schema.properties?.['@type']?.const;
  const text = `${type === undefined ? '' : `\`${type}\`. `}${schema.description}`;
  return `### ${schema.title}\n\n${text}\n\n${propertyTable(schema, objects)}`;
};

const propertyTable = (schema: SchemaNode, objects: Map<string, SchemaNode>): string => {
  const rows = Object.entries(schema.properties ?? {})
    .filter(([, property]) => property.const === undefined)
    .map(([name, property]) => {
      const required = schema.required?.includes(name) ? ' *' : '';
      const cells = [
        `\`${name}\`${required}`,
        typeOf(property, objects),
        defaultOf(property),
        property.description ?? '',
      ];
      return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
    });
  if (rows.length === 0) return 'No properties.';
  return ['| property (* required) | value | default | |', '|---|---|---|---|', ...rows].join('\n');
};

const typeOf = (schema: SchemaNode, objects: Map<string, SchemaNode>): string => {
  const rule = schema['x-value'];
  if (rule) return ruleText(rule);
  if (schema.type === 'array') return `list of ${typeOf(schema.items!, objects)}${countText(schema)}`;
  if (schema['x-union']) {
    const schemes = schema.anyOf?.[0]?.properties?.['url']?.['x-value']?.schemes;
    const names = (schema.anyOf ?? []).map((variant) => typeOf(variant, objects)).join(' or ');
    return schemes ? `${names}, ${schemes.map((scheme) => `\`${scheme}://\``).join(' ')}` : names;
  }
  const title = schema.title;
  if (title === undefined) return inlineText(schema, objects);
  if (!objects.has(title)) objects.set(title, schema);
  return `[${title}](#${title.toLowerCase()})`;
};

/** An object without a name of its own. */
const inlineText = (schema: SchemaNode, objects: Map<string, SchemaNode>): string => {
  const properties = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    return `\`${name}\`${schema.required?.includes(name) ? ' *' : ''}: ${typeOf(property, objects)}`;
  });
  return `{ ${properties.join('; ')} }`;
};

const countText = ({ minItems = 0, maxItems }: SchemaNode): string => {
  if (maxItems === undefined) return minItems > 0 ? `, at least ${minItems}` : '';
  return minItems > 0 ? `, ${minItems} to ${maxItems}` : `, at most ${maxItems}`;
};

const defaultOf = (schema: SchemaNode): string => {
  const rule = schema['x-value'];
  if (rule?.default !== undefined) return `\`${rule.default}\``;
  if (rule?.assumed !== undefined) return `\`${rule.assumed}\`, not written into the resource`;
  return Array.isArray(schema.default) ? 'empty' : '';
};

const NOUNS: Partial<Record<ValueRule['kind'], string>> = {
  bool: '`true` or `false`',
  int: 'whole number',
  number: 'number',
  duration: 'ISO-8601 duration',
  url: 'URL',
  path: 'absolute path',
  fileNamePattern: 'file name with variables',
  line: '`[[x,y],[x,y]]`',
  polygon: '`[[x,y],…]`',
  decodePolicy: '`adaptive`, `adaptive:1/N`, `keyframes`, `fps:N` or `full`',
  nodeName: 'node name',
  resourceName: 'name',
  parameterName: 'parameter name',
  scalar: 'string, number or boolean',
};

const ruleText = (rule: ValueRule): string => {
  if (rule.kind === 'enum') return (rule.values ?? []).map((one) => `\`${one}\``).join(' ');
  const text = rule.kind === 'text' || rule.kind === 'fileNamePattern' || rule.kind === 'path';
  const noun = NOUNS[rule.kind] ?? 'string';
  const show = rule.kind === 'duration' ? formatDuration : String;
  if (text) return rule.max === undefined ? noun : `${noun}, at most ${rule.max} characters`;
  const range = rule.min === undefined || rule.max === undefined ? '' : `, ${show(rule.min)} to ${show(rule.max)}`;
  return `${noun}${range}${rule.step === undefined ? '' : ` in steps of ${formatDuration(rule.step)}`}`;
};
