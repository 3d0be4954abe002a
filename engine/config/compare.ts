import type { Config } from './schema.js';
import { schema } from './schema.js';
import { type AnyNode, type AnySection, isSetting, settingsOf, withNames } from './setting.js';

/** The value of a setting by its dotted name; undefined in a configuration that does not have its section. */
const settingValue = (config: Config, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], config);

/** The schema with the names that any of the configurations has in its collections. */
const schemaOf = (...configs: Config[]): AnySection =>
  withNames(schema as unknown as AnySection, (path) =>
    configs.flatMap((config) => Object.keys(settingValue(config, path) as object)),
  );

interface ConfigDifference {
  /** Dotted names of changed settings that take effect at once. */
  live: string[];
  /** Dotted names of changed settings that take effect at the next start. */
  restart: string[];
}

export const compareConfigs = (before: Config, after: Config): ConfigDifference => {
  const difference: ConfigDifference = { live: [], restart: [] };
  for (const { path, setting } of settingsOf(schemaOf(before, after))) {
    if (JSON.stringify(settingValue(before, path)) === JSON.stringify(settingValue(after, path))) continue;
    difference[setting.live ? 'live' : 'restart'].push(path);
  }
  return difference;
};

/** `after`, but with settings that need a restart as they are in `running`: what a running engine may apply. */
export const applicable = (running: Config, after: Config): Config => {
  const pick = (node: AnyNode, path: string): unknown => {
    if (isSetting(node)) return settingValue(node.live ? after : running, path);
    const entries = Object.entries(node.children as Record<string, AnyNode>);
    return Object.freeze(
      Object.fromEntries(entries.map(([name, child]) => [name, pick(child, path ? `${path}.${name}` : name)])),
    );
  };
  return pick(schemaOf(after), '') as Config;
};

/** Every setting that differs from its default, without secrets; for logs. */
export const describeConfig = (config: Config): Record<string, unknown> => {
  const shown: Record<string, unknown> = {};
  for (const { path, setting } of settingsOf(schemaOf(config))) {
    const value = settingValue(config, path);
    if (JSON.stringify(value) === JSON.stringify(setting.default)) continue;
    if (setting.secret) shown[path] = '(set)';
    else shown[path] = setting.format?.(value) ?? value;
  }
  return shown;
};

/** The values of all settings that are secret, as far as they are set. */
export const secretsOf = (config: Config): string[] => {
  const secrets = [...settingsOf(schemaOf(config))].filter(({ setting }) => setting.secret);
  return secrets
    .map(({ path }) => settingValue(config, path))
    .filter((value) => typeof value === 'string' && value !== '') as string[];
};
