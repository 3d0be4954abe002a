import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml';
import { messageOf } from '../core/errors.js';
import { nearest } from '../core/nearest.js';
import type { ConfigProblem } from './problem.js';
import { type AnyNode, type AnySection, type AnySetting, isSetting, type Raw } from './setting.js';

/** A value that was given for a setting, and where. */
export interface Given {
  raw: Raw;
  place: string;
  /** What relative paths in it are relative to. */
  baseDir: string;
  /** The value is the path of the file that holds the secret. */
  fromFile: boolean;
}

export interface YamlResult {
  given: Map<string, Given>;
  problems: ConfigProblem[];
}

/**
 * Finds the settings in a YAML (or JSON) text. Scalars stay text: whether `1e5` is a password or a number is for the
 * setting to say.
 */
export const readYaml = (text: string, schema: AnySection, options: { name: string; baseDir: string }): YamlResult => {
  const lines = new LineCounter();
  const given = new Map<string, Given>();
  const problems: ConfigProblem[] = [];
  const parse = () => parseDocument(text, { lineCounter: lines, schema: 'failsafe', prettyErrors: false });
  let document: ReturnType<typeof parse>;
  try {
    document = parse();
  } catch (thrown) {
    // The parser's stack is finite, brackets are not.
    problems.push({ setting: '', message: `cannot be parsed: ${messageOf(thrown)}`, place: `${options.name}:1:1` });
    return { given, problems };
  }
  const placeOf = (offset: number | undefined): string => {
    const { line, col } = lines.linePos(offset ?? 0);
    return `${options.name}:${line}:${col}`;
  };
  const report = (node: { range?: [number, number, number] | null | undefined }, setting: string, message: string) =>
    problems.push({ setting, message, place: placeOf(node.range?.[0]) });

  for (const error of document.errors) {
    problems.push({ setting: '', message: error.message.split('\n')[0]!, place: placeOf(error.pos[0]) });
  }
  if (problems.length > 0) return { given, problems };

  const walk = (map: YAMLMap, within: AnySection, prefix: string): void => {
    for (const pair of map.items as Pair<Node, Node | null>[]) {
      const key = pair.key;
      const name = isScalar(key) ? String(key.value) : '';
      const found = lookUp(within, name, prefix === '');
      const path = prefix + (found?.name ?? name);
      if (!found) {
        const close = nearest(name, namesOf(within, prefix === ''));
        report(key, path, `is not a setting${close ? `; did you mean ${prefix}${close}?` : ''}`);
      } else if (isSetting(found.node)) {
        take(pair, path, found.node, found.fromFile);
      } else if (isMap(pair.value)) {
        walk(pair.value as YAMLMap, found.node, `${path}.`);
      } else if (!isEmpty(pair.value)) {
        report(pair.value ?? key, path, `is a section: put ${Object.keys(found.node.children).join(', ')} below it`);
      }
    }
  };

  const take = (pair: Pair<Node, Node | null>, path: string, setting: AnySetting, fromFile: boolean): void => {
    const value = pair.value;
    const at = value ?? pair.key;
    if (isAlias(value)) report(value, path, 'must be written out; aliases are not taken');
    else if (isMap(value)) report(value, path, 'takes a value, not a section');
    else if (isEmpty(value) || (setting.secret && rawOf(value!) === '')) return;
    else if (given.has(path)) {
      const names = [path, ...setting.aliases].join(' or ');
      report(pair.key, path, `is set twice; give ${names} once, or ${path}File instead of it`);
    } else {
      given.set(path, { raw: rawOf(value!), place: placeOf(at.range?.[0]), baseDir: options.baseDir, fromFile });
    }
  };

  if (isMap(document.contents)) walk(document.contents as YAMLMap, schema, '');
  else if (!isEmpty(document.contents)) report(document.contents!, '', 'must be a list of `name: value` lines');
  return { given, problems };
};

interface Found {
  name: string;
  node: AnyNode;
  fromFile: boolean;
}

const lookUp = (within: AnySection, name: string, top: boolean): Found | undefined => {
  const children = within.children as Record<string, AnyNode>;
  if (Object.hasOwn(children, name)) return { name, node: children[name]!, fromFile: false };
  const secretName = name.endsWith('File') ? name.slice(0, -4) : '';
  const secretNode = Object.hasOwn(children, secretName) ? children[secretName]! : undefined;
  if (secretNode && isSetting(secretNode) && secretNode.secret) {
    return { name: secretName, node: secretNode, fromFile: true };
  }
  if (!top) return undefined;
  // The module twin's names, which its documentation itself spells in two ways: logLevel, LogLevel.
  const lower = name.toLowerCase();
  for (const [own, node] of Object.entries(children)) {
    if (!isSetting(node)) continue;
    if ([own, ...node.aliases].some((candidate) => candidate.toLowerCase() === lower)) {
      return { name: own, node, fromFile: false };
    }
  }
  return undefined;
};

const namesOf = (within: AnySection, top: boolean): string[] =>
  Object.entries(within.children as Record<string, AnyNode>).flatMap(([name, node]) => {
    if (!isSetting(node)) return [name];
    return [name, ...(node.secret ? [`${name}File`] : []), ...(top ? node.aliases : [])];
  });

/** `name:`, `name: ~` and JSON's `null` leave the setting at its default. */
const isEmpty = (node: Node | null | undefined): boolean =>
  !node ||
  (isScalar(node) && (node.value === null || (node.type === 'PLAIN' && /^(|~|null)$/.test(String(node.value)))));

const rawOf = (node: Node): Raw =>
  isSeq(node)
    ? node.items.map((item) => (isScalar(item) ? String(item.value) : ''))
    : String((node as { value: unknown }).value);
