import { nearest } from '../core/nearest.js';
import type { Given } from './read-yaml.js';
import { type AnySection, namesAmong, settingsOf, withNames } from './setting.js';

export const ENV_PREFIX = 'SLUICE_';

/** Variables of scripts, tests and single commands, and the one that names the configuration file. */
const NOT_SETTINGS = /^SLUICE_(CONFIG|FOOTAGE|CAMERA_PASSWORD|RECORD_URLS|TEST_.*|UPDATE_.*|BENCH_.*|SOAK_.*)$/;

/** `mqtt.maximumInFlight` → `SLUICE_MQTT_MAXIMUM_IN_FLIGHT`. */
export const envNameOf = (path: string): string =>
  ENV_PREFIX +
  path
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[.-]/g, '_')
    .toUpperCase();

/**
 * The settings that the environment gives. `settings` are those that the file has: their names in collections are known
 * by it, others only in capitals. An empty variable counts as not set, as orchestrators have it.
 */
export const readEnvironment = (
  env: NodeJS.ProcessEnv,
  schema: AnySection,
  { baseDir, settings }: { baseDir: string; settings: Iterable<string> },
): { given: Map<string, Given>; notes: string[] } => {
  const known = [...settings];
  const names = variablesOf(withNames(schema, (path) => namesFrom(env, schema, path, namesAmong(known, path))));
  const given = new Map<string, Given>();
  const notes: string[] = [];
  for (const [name, raw] of Object.entries(env)) {
    if (!name.startsWith(ENV_PREFIX) || raw === undefined || raw === '') continue;
    const found = names.get(name);
    if (found) {
      // The value itself wins over the file, whatever the order in the environment.
      if (found.fromFile && given.has(found.path)) continue;
      given.set(found.path, { raw, place: name, baseDir, fromFile: found.fromFile });
    } else if (!NOT_SETTINGS.test(name)) {
      const close = nearest(name, names.keys());
      notes.push(`${name} in the environment is not a setting${close ? `; did you mean ${close}?` : ''}`);
    }
  }
  return { given, notes };
};

/** The names in a collection that are known, and those that variables of the environment give. */
const namesFrom = (env: NodeJS.ProcessEnv, schema: AnySection, path: string, known: Set<string>): Set<string> => {
  const prefix = `${envNameOf(path)}_`;
  const placeholder = withNames(schema, () => ['x']);
  const suffixes = [...variablesOf(placeholder).keys()]
    .filter((name) => name.startsWith(`${prefix}X_`))
    .map((name) => name.slice(`${prefix}X`.length));
  const taken = new Set([...known].map(envNameOf));
  const given = Object.keys(env).flatMap((name) => {
    const suffix = name.startsWith(prefix) ? suffixes.find((each) => name.endsWith(each)) : undefined;
    const inner = suffix === undefined ? '' : name.slice(prefix.length, -suffix.length);
    return /^[A-Z0-9]+(?:_[A-Z0-9]+)*$/.test(inner) && !taken.has(ENV_PREFIX + inner)
      ? [inner.toLowerCase().replaceAll('_', '-')]
      : [];
  });
  return new Set([...known, ...given]);
};

/** Every variable that is a setting. `fromFile`: it names the file that holds the secret. */
const variablesOf = (schema: AnySection): Map<string, { path: string; fromFile: boolean }> => {
  const names = new Map<string, { path: string; fromFile: boolean }>();
  for (const { path, setting } of settingsOf(schema)) {
    names.set(envNameOf(path), { path, fromFile: false });
    if (setting.secret) names.set(`${envNameOf(path)}_FILE`, { path, fromFile: true });
  }
  return names;
};
