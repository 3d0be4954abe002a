import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { domainToASCII } from 'node:url';
import { DECODE_POLICIES, type DecodePolicy, decodePolicyText, parseDecodePolicy } from '../core/decode-policy.js';
import { readDuration } from '../core/duration.js';
import { type ListenAddress, parseListenAddress } from '../core/listen-address.js';
import type { Micros } from '../core/time.js';
import { type Raw, Refusal, type Setting, type SettingOptions, setting } from './setting.js';
import { parseSize } from './units.js';

const asString = (raw: Raw): string => {
  if (Array.isArray(raw)) throw new Refusal('takes one value, not a list');
  return String(raw);
};

const quoted = (text: string): string => (text === '' ? '""' : text);

interface StringOptions extends SettingOptions {
  default: string;
  pattern?: RegExp;
  allowed?: string;
  format?: (value: string) => string;
}

export const string = (options: StringOptions) =>
  setting<string>(
    options.allowed ?? 'string',
    quoted(options.default),
    (raw) => {
      const value = asString(raw);
      if (options.pattern && !options.pattern.test(value)) throw new Refusal(`must be ${options.allowed}`);
      return value;
    },
    options,
  );

/** Which pictures are decoded, as a value. */
export const decodePolicy = (options: SettingOptions & { default: string }): Setting<DecodePolicy> => {
  const known = parseDecodePolicy(options.default);
  if (known === undefined) throw new Error(`${options.default} is not a decode policy`);
  return setting<DecodePolicy>(
    DECODE_POLICIES,
    options.default,
    (raw) => {
      const policy = parseDecodePolicy(asString(raw));
      if (policy === undefined) throw new Refusal(`must be ${DECODE_POLICIES}`);
      return policy;
    },
    { ...options, default: known, format: decodePolicyText },
  );
};

/** A credential. Empty by default; its value never appears in any output. */
export const secret = (options: SettingOptions): Setting<string | undefined> =>
  setting<string | undefined>('secret', '""', (raw) => asString(raw) || undefined, {
    ...options,
    default: undefined,
    secret: true,
  });

/** A file or folder by absolute path; '' for none. */
export const path = (options: SettingOptions & { default: string }) =>
  setting<string>(
    'path',
    quoted(options.default),
    (raw, { baseDir }) => {
      const value = asString(raw);
      return value === '' ? '' : resolve(baseDir, value);
    },
    { ...options, default: options.default === '' ? '' : resolve(options.default) },
  );

/**
 * Permissions of a file or folder, as three octal digits; `owner` is what the engine itself needs. Decimal numbers that a
 * YAML parser makes of `0o640` lack that, so none is taken for something else.
 */
export const mode = (options: SettingOptions & { default: string; owner: number }): Setting<number> => {
  const parse = (text: string): number | undefined => {
    const value = /^0?[0-7]{3}$/.test(text) ? Number.parseInt(text, 8) : 0;
    return (value & options.owner) === options.owner ? value : undefined;
  };
  const format = (value: number): string => value.toString(8).padStart(4, '0');
  const known = parse(options.default);
  if (known === undefined) throw new Error(`${options.default} are no permissions`);
  const least = format(options.owner);
  return setting<number>(
    `octal, at least ${least}`,
    `"${options.default}"`,
    (raw) => {
      const value = parse(asString(raw));
      if (value === undefined)
        throw new Refusal(`must be three octal digits that include ${least}, such as '${format(known)}'`);
      return value;
    },
    { ...options, default: known, format },
  );
};

export const flag = (options: SettingOptions & { default: boolean }) =>
  setting<boolean>(
    'true or false',
    String(options.default),
    (raw) => {
      // AVA's twins and samples write flags as strings of any case.
      const value = asString(raw).toLowerCase();
      if (value !== 'true' && value !== 'false') throw new Refusal('must be true or false');
      return value === 'true';
    },
    options,
  );

export const integer = (options: SettingOptions & { default: number; min: number; max: number }) =>
  setting<number>(
    `integer, ${options.min} to ${options.max}`,
    String(options.default),
    (raw) => {
      const value = Number(asString(raw).trim() || Number.NaN);
      if (!Number.isInteger(value) || value < options.min || value > options.max) {
        throw new Refusal(`must be an integer from ${options.min} to ${options.max}`);
      }
      return value;
    },
    options,
  );

interface Range {
  /** As written in YAML, with a unit. */
  default: string;
  min: string;
  max: string;
}

const ranged = (kind: string, example: string, parse: (text: string) => number | undefined) => {
  const known = (text: string): number => {
    const value = parse(text);
    if (value === undefined) throw new Error(`${text} is not a ${kind}`);
    return value;
  };
  return (options: SettingOptions & Range): Setting<number> =>
    setting<number>(
      `${kind}, ${options.min} to ${options.max}`,
      options.default,
      (raw) => {
        const value = parse(asString(raw));
        if (value === undefined) throw new Refusal(`must be a ${kind} with a unit, such as ${example}`);
        if (value < known(options.min) || value > known(options.max)) {
          throw new Refusal(`must be from ${options.min} to ${options.max}`);
        }
        return value;
      },
      { ...options, default: known(options.default) },
    );
};

/** Bytes. */
export const size = ranged('size', '64 MiB', parseSize);

/** Microseconds. */
export const duration: (options: SettingOptions & Range) => Setting<Micros> = ranged(
  'duration',
  'PT30S or 30s',
  readDuration,
);

export const oneOf = <T extends string>(
  values: readonly T[],
  options: SettingOptions & {
    default: T;
    /** Other spellings, lower case. */
    synonyms?: Record<string, T>;
  },
): Setting<T> =>
  setting<T>(
    values.join(', '),
    options.default,
    (raw) => {
      const value = asString(raw).toLowerCase();
      const found = values.find((candidate) => candidate.toLowerCase() === value) ?? options.synonyms?.[value];
      if (!found) throw new Refusal(`must be one of ${[...values, ...Object.keys(options.synonyms ?? {})].join(', ')}`);
      return found;
    },
    options,
  );

/** A list in YAML, or a string with commas. */
const listOf = (raw: Raw): string[] =>
  (Array.isArray(raw) ? raw.map(String) : String(raw).split(',')).map((part) => part.trim()).filter(Boolean);

export const manyOf = <T extends string>(
  values: readonly T[],
  options: SettingOptions & { default: readonly T[] },
): Setting<readonly T[]> =>
  setting<readonly T[]>(
    `list of ${values.join(', ')}`,
    `[${options.default.join(', ')}]`,
    (raw) => {
      return listOf(raw).map((part) => {
        const found = values.find((candidate) => candidate.toLowerCase() === part.toLowerCase());
        if (!found) throw new Refusal(`must be a list of ${values.join(', ')}`);
        return found;
      });
    },
    options,
  );

/** Bytes; the operating system allows no longer path for a socket. */
const MAX_SOCKET_PATH = 107;

export const address = (options: SettingOptions & { default: string }): Setting<ListenAddress | undefined> =>
  setting<ListenAddress | undefined>(
    'host:port or unix:/path',
    quoted(options.default),
    (raw, { baseDir }) => {
      const value = asString(raw);
      if (value === '') return undefined;
      const parsed = parseListenAddress(value);
      if (!parsed) throw new Refusal('must be host:port, with brackets around an IPv6 address, or unix:/path');
      if (parsed.kind === 'tcp') return parsed;
      const socket = resolve(baseDir, parsed.path);
      if (Buffer.byteLength(socket) > MAX_SOCKET_PATH) {
        throw new Refusal(`names a socket whose path is longer than ${MAX_SOCKET_PATH} bytes`);
      }
      return { kind: 'unix', path: socket };
    },
    { ...options, default: options.default === '' ? undefined : parseListenAddress(options.default) },
  );

const strings = (
  kind: string,
  options: SettingOptions,
  /** The canonical form; undefined refuses the value. */
  normal: (text: string) => string | undefined,
): Setting<readonly string[]> =>
  setting<readonly string[]>(
    `list of ${kind}`,
    '[]',
    (raw) =>
      listOf(raw).map((part) => {
        const found = normal(part);
        if (found === undefined) throw new Refusal(`must be a list of ${kind}`);
        return found;
      }),
    { ...options, default: [] },
  );

/** Host names and IP addresses, lower case, without port. */
export const hostNames = (options: SettingOptions): Setting<readonly string[]> =>
  strings('host names without port', options, (text) => {
    const name = text.replace(/^\[(.*)\]$/, '$1').toLowerCase();
    if (isIP(name) > 0) return name;
    return /^[\p{L}\p{N}_.-]+$/u.test(name) ? domainToASCII(name) || undefined : undefined;
  });

/** Any texts without commas. */
export const listOfTexts = (kind: string, options: SettingOptions): Setting<readonly string[]> =>
  strings(kind, options, (text) => text);

/** Origins in the form that browsers send. */
export const origins = (options: SettingOptions): Setting<readonly string[]> =>
  strings('origins such as https://wall.example', options, (text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol)) return undefined;
    return url.href === `${url.origin}/` && !text.endsWith('/') ? url.origin : undefined;
  });

/** A property of AVA's module twin that has no effect: accepted, so that a twin can be pasted as it is. */
export const ignored = (options: SettingOptions & { secret?: boolean }): Setting<undefined> =>
  setting<undefined>('ignored', '""', () => undefined, { ...options, default: undefined });
