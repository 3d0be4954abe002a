/** A value as it is written in the YAML file, the environment or on the command line. */
type RawScalar = string | number | boolean;
export type Raw = RawScalar | readonly RawScalar[];

/** What parsing a setting depends on. */
interface ParseContext {
  /** What relative paths are relative to: the configuration file's folder, or the working directory. */
  baseDir: string;
}

/** Refuses a value. The message says what is allowed, as the end of a sentence that begins with the setting's name. */
export class Refusal extends Error {}

/** The definition of a setting, for the parser, the reference page and the sample. */
export interface Setting<T> {
  readonly node: 'setting';
  /** For the reference: `size`, `duration`, `path` … */
  readonly kind: string;
  readonly default: T;
  /** The default as it is written in YAML. */
  readonly sample: string;
  readonly doc: string;
  /** Takes effect while the engine runs; otherwise at the next start. */
  readonly live: boolean;
  /** Never shown; can be read from the file that the key with `File` appended names. */
  readonly secret: boolean;
  /** Other names of the setting, at the top level and without regard to case: those of AVA's module twin. */
  readonly aliases: readonly string[];
  /** Throws a Refusal. */
  readonly parse: (raw: Raw, context: ParseContext) => T;
  /** The value as it is written, for logs; absent where it is written as it is. */
  readonly format?: (value: T) => string;
}

export interface Section<Children> {
  readonly node: 'section';
  readonly doc: string;
  readonly children: Children;
  /** Its children are sections of this form, under names of the user's: see `withNames`. */
  readonly each?: Section<Record<string, unknown>>;
}

/** Sections of one form under names of the user's. There are none before the names are known. */
export interface Collection<Children extends Record<string, unknown>> extends Section<Record<never, unknown>> {
  readonly each: Section<Children>;
}

/** The shape of what is loaded, derived from the definition. */
export type ValueOf<N> =
  N extends Setting<infer T>
    ? T
    : N extends Collection<infer Children>
      ? Readonly<Record<string, { readonly [K in keyof Children]: ValueOf<Children[K]> }>>
      : N extends Section<infer Children>
        ? { readonly [K in keyof Children]: ValueOf<Children[K]> }
        : never;

// biome-ignore lint/suspicious/noExplicitAny: a tree of settings of all types has no narrower type.
export type AnySetting = Setting<any>;
export type AnySection = Section<Record<string, AnySetting | unknown>>;
export type AnyNode = AnySetting | AnySection;

export const isSetting = (node: unknown): node is AnySetting => (node as AnySetting).node === 'setting';

export const section = <Children extends Record<string, unknown>>(
  doc: string,
  children: Children,
): Section<Children> => ({ node: 'section', doc, children });

export const collection = <Children extends Record<string, unknown>>(
  doc: string,
  children: Children,
): Collection<Children> => ({ ...section(doc, {}), each: section('', children) });

/** Names in collections. They stand in variables of the environment too, where a dash is an underscore. */
export const COLLECTION_NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
export const COLLECTION_NAMES = 'lower-case letters and digits, with single dashes in between';

/** The tree with the names that are there in each collection. */
export const withNames = (root: AnySection, namesIn: (path: string) => Iterable<string>, path = ''): AnySection => {
  const children = Object.entries(root.children as Record<string, AnyNode>).map(([name, node]) => {
    if (isSetting(node)) return [name, node];
    const inner = path === '' ? name : `${path}.${name}`;
    const { each } = node;
    if (!each) return [name, withNames(node, namesIn, inner)];
    return [name, { ...node, children: Object.fromEntries([...namesIn(inner)].map((one) => [one, each])) }];
  });
  return { ...root, children: Object.fromEntries(children) };
};

/** The names in a collection that dotted names of settings have. */
export const namesAmong = (settings: Iterable<string>, collection: string): Set<string> => {
  const within = `${collection}.`;
  const names = [...settings].filter((each) => each.startsWith(within)).map((each) => each.slice(within.length));
  return new Set(names.map((each) => each.split('.')[0] ?? ''));
};

export interface SettingOptions {
  doc: string;
  live?: boolean;
  aliases?: readonly string[];
}

export const setting = <T>(
  kind: string,
  sample: string,
  parse: Setting<T>['parse'],
  options: SettingOptions & { default: T; secret?: boolean; format?: (value: T) => string },
): Setting<T> => ({
  node: 'setting',
  kind,
  sample,
  parse,
  default: options.default,
  doc: options.doc,
  live: options.live ?? false,
  secret: options.secret ?? false,
  aliases: options.aliases ?? [],
  ...(options.format ? { format: options.format } : {}),
});

/** Every setting below `node` with its dotted path, in the order of the definition. */
export function* settingsOf(node: AnyNode, path = ''): Generator<{ path: string; setting: AnySetting }> {
  if (isSetting(node)) {
    yield { path, setting: node };
    return;
  }
  for (const [name, child] of Object.entries(node.children)) {
    yield* settingsOf(child as AnyNode, path ? `${path}.${name}` : name);
  }
}
