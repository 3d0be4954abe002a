import { parseDuration as parseIso } from '../core/duration.js';
import type { Micros } from '../core/time.js';

const SIZE_UNITS: Record<string, number> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

const SHORT_UNITS: Record<string, number> = { ms: 1e3, s: 1e6, m: 60e6, h: 3600e6, d: 86400e6 };

/** Bytes of `64 MiB`, `500MB`, `1024 B`. Undefined without a unit: nobody would know which one was meant. */
export const parseSize = (text: string): number | undefined => {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/i.exec(text.trim());
  const factor = match && SIZE_UNITS[match[2]!.toLowerCase()];
  if (!match || !factor) return undefined;
  const bytes = Math.round(Number(match[1]) * factor);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
};

/** Microseconds of `PT30S` (as in topologies) or `500ms`, `30s`, `5m`, `1h`, `7d`. Never negative. */
export const parseDuration = (text: string): Micros | undefined => {
  const trimmed = text.trim();
  const short = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/.exec(trimmed);
  if (short) return safe(Number(short[1]) * SHORT_UNITS[short[2]!]!);
  const iso = parseIso(trimmed);
  return iso === undefined || iso < 0 ? undefined : iso;
};

const safe = (micros: number): Micros | undefined => {
  const rounded = Math.round(micros);
  return Number.isSafeInteger(rounded) ? rounded : undefined;
};
