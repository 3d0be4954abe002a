import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml';
import { messageOf } from '../core/errors.js';
import { nearest } from '../core/nearest.js';
import type { ConfigProblem } from './problem.js';
import {
  type AnyNode,
  type AnySection,
  type AnySetting,
  COLLECTION_NAME,
  COLLECTION_NAMES,
  isSetting,
  type Raw,
} from './setting.js';

/** A value that was given for a setting, and where. */
export interface Given {
  raw: Raw;
  place: string;
  /** The folder that a relative path in it is relative to. */
  baseDir: string;
  /** The value is the path of the file that holds the secret. */
  fromFile: boolean;
}

interface YamlResult {
  given: Map<string, Given>;
  problems: ConfigProblem[];
}

/**
 * Finds the settings in a YAML (or JSON) document. Scalars stay strings: whether `1e5` is a password or a number is up
 * to the setting.
 */
export const readYaml = (text: string, schema: AnySection, options: { name: string; baseDir: string }): YamlResult =>
  new YamlReader(options.name, options.baseDir).read(text, schema);

type SettingPair = Pair<Node, Node | null>;

class YamlReader {
  readonly #name: string;
  readonly #baseDir: string;
  readonly #lines = new LineCounter();
  readonly #given = new Map<string, Given>();
  readonly #problems: ConfigProblem[] = [];

  constructor(name: string, baseDir: string) {
    this.#name = name;
    this.#baseDir = baseDir;
  }

  read(text: string, schema: AnySection): YamlResult {
    const document = this.#parse(text);
    const contents = document?.contents;
    if (isMap(contents)) this.#section(contents as YAMLMap, schema, '');
    else if (document && !isEmpty(contents)) this.#report(contents!, '', 'must be a list of `name: value` lines');
    return { given: this.#given, problems: this.#problems };
  }

  /** Undefined if it is not YAML. */
  #parse(text: string) {
    try {
      const options = { lineCounter: this.#lines, schema: 'failsafe', prettyErrors: false } as const;
      const document = parseDocument(text, options);
      for (const error of document.errors) {
        const message = error.message.split('\n')[0]!;
        this.#problems.push({ setting: '', message, place: this.#placeOf(error.pos[0]) });
      }
      return this.#problems.length > 0 ? undefined : document;
    } catch (thrown) {
      // The parser's stack overflows when brackets are nested deeply enough.
      this.#problems.push({
        setting: '',
        message: `cannot be parsed: ${messageOf(thrown)}`,
        place: `${this.#name}:1:1`,
      });
      return undefined;
    }
  }

  #section(map: YAMLMap, section: AnySection, prefix: string): void {
    for (const pair of map.items as SettingPair[]) {
      const name = isScalar(pair.key) ? String(pair.key.value) : '';
      const found = section.each ? namedIn(section.each, name) : lookUp(section, name, prefix === '');
      if (!found && section.each) {
        this.#report(pair.key, prefix + name, `is not a name: use ${COLLECTION_NAMES}`);
        continue;
      }
      if (found && section.each && isEmpty(pair.value)) {
        const inside = Object.keys(section.each.children).join(', ');
        this.#report(pair.key, prefix + name, `is empty: put ${inside} below it`);
        continue;
      }
      if (found) {
        this.#found(pair, prefix + found.name, found);
        continue;
      }
      const close = nearest(name, namesOf(section, prefix === ''));
      const hint = close ? `; did you mean ${prefix}${close}?` : '';
      this.#report(pair.key, prefix + name, `is not a setting${hint}`);
    }
  }

  #found(pair: SettingPair, path: string, { node, fromFile }: Found): void {
    if (isSetting(node)) {
      this.#setting(pair, path, node, fromFile);
    } else if (isMap(pair.value)) {
      this.#section(pair.value as YAMLMap, node, `${path}.`);
    } else if (!isEmpty(pair.value)) {
      const inside = node.each ? 'names of yours' : Object.keys(node.children).join(', ');
      this.#report(pair.value ?? pair.key, path, `is a section: put ${inside} below it`);
    }
  }

  #setting(pair: SettingPair, path: string, setting: AnySetting, fromFile: boolean): void {
    const value = pair.value;
    if (isAlias(value)) this.#report(value, path, 'must be written out; aliases are not supported');
    else if (isMap(value)) this.#report(value, path, 'takes a value, not a section');
    else if (isEmpty(value) || (setting.secret && rawOf(value!) === '')) return;
    else if (this.#given.has(path)) {
      const names = [path, ...setting.aliases].join(' or ');
      this.#report(pair.key, path, `is set twice; give ${names} once, or ${path}File instead of it`);
    } else {
      const place = this.#placeOf((value ?? pair.key).range?.[0]);
      this.#given.set(path, { raw: rawOf(value!), place, baseDir: this.#baseDir, fromFile });
    }
  }

  #report(node: Ranged, setting: string, message: string): void {
    this.#problems.push({ setting, message, place: this.#placeOf(node.range?.[0]) });
  }

  #placeOf(offset: number | undefined): string {
    const { line, col } = this.#lines.linePos(offset ?? 0);
    return `${this.#name}:${line}:${col}`;
  }
}

interface Ranged {
  range?: [number, number, number] | null | undefined;
}

interface Found {
  name: string;
  node: AnyNode;
  fromFile: boolean;
}

const namedIn = (each: AnySection, name: string): Found | undefined =>
  COLLECTION_NAME.test(name) ? { name, node: each, fromFile: false } : undefined;

const lookUp = (within: AnySection, name: string, top: boolean): Found | undefined => {
  const children = within.children as Record<string, AnyNode>;
  if (Object.hasOwn(children, name)) return { name, node: children[name]!, fromFile: false };
  const secretName = name.endsWith('File') ? name.slice(0, -4) : '';
  const secretNode = Object.hasOwn(children, secretName) ? children[secretName]! : undefined;
  if (secretNode && isSetting(secretNode) && secretNode.secret) {
    return { name: secretName, node: secretNode, fromFile: true };
  }
  if (!top) return undefined;
  // AVA's documentation spells the names of the module twin in two ways: logLevel, LogLevel.
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
