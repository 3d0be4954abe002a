import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { messageOf } from '../core/errors.js';
import { checkTogether } from './check-together.js';
import { checkWebhooks } from './check-webhooks.js';
import { ENV_PREFIX, readEnvironment } from './environment.js';
import { type ConfigCheck, ConfigError, type ConfigProblem } from './problem.js';
import { type Given, readYaml } from './read-yaml.js';
import { type Config, schema } from './schema.js';
import {
  type AnyNode,
  type AnySection,
  type AnySetting,
  COLLECTION_NAME,
  isSetting,
  namesAmong,
  type Raw,
  Refusal,
  settingsOf,
  withNames,
} from './setting.js';
import type { Settings } from './settings.js';

export interface LoadOptions {
  /** The YAML file. Undefined: the one that SLUICE_CONFIG names, else none. */
  file?: string | undefined;
  env?: NodeJS.ProcessEnv;
  /** By dotted name: `{ 'http.address': '127.0.0.1:0' }`. They win over everything. Undefined stands for none. */
  overrides?: Settings | Readonly<Record<string, Raw | undefined>>;
  /** What problems call the place of the overrides. Default: `settings`. */
  overridesPlace?: string;
  /** What relative paths from the environment and the overrides are relative to. */
  workingDir?: string;
  /** Further checks, by parts of the engine that this one does not know. */
  checks?: readonly ConfigCheck[];
}

export interface LoadedConfig {
  config: Config;
  /** What was ignored and why, for the log. */
  notes: string[];
  /** The files that were read: the YAML file, then those of secrets. */
  files: string[];
  /** Dotted names of the settings that somebody gave; the others have their defaults. */
  given: ReadonlySet<string>;
}

const MAX_FILE_BYTES = 1 << 20;
const MAX_SECRET_BYTES = 1 << 16;

const root = schema as unknown as AnySection;

/** What the steps of loading have found so far. */
interface Findings {
  /** The value given for each setting, by dotted name; later sources replace those of earlier ones. */
  readonly given: Map<string, Given>;
  readonly problems: ConfigProblem[];
  readonly notes: string[];
  readonly files: string[];
}

/**
 * Defaults, then the file, then the environment, then `overrides`.
 *
 * @throws ConfigError with every problem at once.
 */
export const loadConfig = (options: LoadOptions = {}): LoadedConfig => {
  const env = options.env ?? process.env;
  const workingDir = options.workingDir ?? process.cwd();
  const findings: Findings = { given: new Map(), problems: [], notes: [], files: [] };
  const { given, problems, notes, files } = findings;

  const named = options.file ?? env[`${ENV_PREFIX}CONFIG`];
  const file = named === undefined || named === '' ? undefined : resolve(workingDir, named);
  if (file) readFile(file, findings);
  const environment = readEnvironment(env, root, { baseDir: workingDir, settings: given.keys() });
  notes.push(...environment.notes);
  for (const [path, value] of environment.given) given.set(path, value);
  for (const [path, raw] of Object.entries<Raw | undefined>(options.overrides ?? {})) {
    if (raw === undefined) continue;
    given.set(path, { raw, place: options.overridesPlace ?? 'settings', baseDir: workingDir, fromFile: false });
  }

  const tree = withNames(root, (path) =>
    [...namesAmong(given.keys(), path)].filter((name) => COLLECTION_NAME.test(name)),
  );
  const config = build(tree, parseAll(tree, findings)) as Config;
  // These checks may rely on every setting being valid by itself.
  if (problems.length === 0) {
    const faults = [checkTogether, checkWebhooks, ...(options.checks ?? [])].flatMap((check) => check(config));
    problems.push(...faults.map((fault) => ({ ...fault, place: given.get(fault.setting)?.place ?? 'default' })));
  }
  if (problems.length > 0) throw new ConfigError(problems, file);
  return { config, notes, files, given: new Set(given.keys()) };
};

const readFile = (file: string, { given, problems, files }: Findings): void => {
  files.push(file);
  const text = readText(file, MAX_FILE_BYTES, { setting: '', place: basename(file), problems });
  const yaml = readYaml(text ?? '', root, { name: basename(file), baseDir: dirname(file) });
  problems.push(...yaml.problems);
  for (const [path, value] of yaml.given) given.set(path, value);
};

/** The value of every setting by its dotted name: what was given, else the default. */
const parseAll = (tree: AnySection, findings: Findings): Map<string, unknown> => {
  const { given, problems, notes } = findings;
  const values = new Map<string, unknown>();
  for (const { path, setting } of settingsOf(tree)) {
    const value = given.get(path);
    values.set(path, value ? parseGiven(path, setting, value, findings) : setting.default);
    if (value && setting.kind === 'ignored') notes.push(`${path} has no meaning here and is ignored`);
  }
  for (const [path, { place }] of given) {
    if (!values.has(path)) problems.push({ setting: path, message: 'is not a setting', place });
  }
  return values;
};

const parseGiven = (path: string, setting: AnySetting, given: Given, { problems, files }: Findings): unknown => {
  const { place, baseDir } = given;
  let raw = given.raw;
  if (given.fromFile) {
    const secretFile = resolve(baseDir, String(raw));
    files.push(secretFile);
    const text = readText(secretFile, MAX_SECRET_BYTES, { setting: `${path}File`, place, problems });
    if (text === undefined) return setting.default;
    raw = text.replace(/\r?\n$/, '');
  }
  try {
    return setting.parse(raw, { baseDir });
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    const shown = setting.secret || Array.isArray(raw) ? '' : `, not '${String(raw).slice(0, 80)}'`;
    // A refused broker address may hold a password.
    const safe = path === 'mqtt.url' ? '' : shown;
    problems.push({ setting: path, message: `${thrown.message}${safe}`, place });
    return setting.default;
  }
};

const readText = (
  file: string,
  limit: number,
  report: { setting: string; place: string; problems: ConfigProblem[] },
): string | undefined => {
  const refuse = (message: string): undefined => {
    report.problems.push({ setting: report.setting, message, place: report.place });
    return undefined;
  };
  try {
    if (statSync(file).size > limit) return refuse(`file is larger than ${limit} bytes: ${file}`);
    const bytes = readFileSync(file);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (thrown) {
    return refuse(`file cannot be read: ${messageOf(thrown)}`);
  }
};

const build = (node: AnyNode, values: Map<string, unknown>, path = ''): unknown => {
  if (isSetting(node)) return values.get(path);
  const entries = Object.entries(node.children as Record<string, AnyNode>);
  return Object.freeze(
    Object.fromEntries(
      entries.map(([name, child]) => [name, build(child, values, path === '' ? name : `${path}.${name}`)]),
    ),
  );
};
