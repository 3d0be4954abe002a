import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../engine/core/duration.js';

const part = fc.option(fc.nat({ max: 9999 }), { nil: undefined });

it('every duration survives being printed and read', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (micros) => {
      expect(parseDuration(formatDuration(micros))).toBe(micros);
    }),
  );
});

it('what is printed is canonical: reading and printing it changes nothing', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (micros) => {
      const text = formatDuration(micros);
      expect(text).toMatch(/^-?P(?:\d+D)?(?:T(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d{0,5}[1-9])?S)?)?$/);
      expect(formatDuration(parseDuration(text)!)).toBe(text);
    }),
  );
});

it('the parts add up', () => {
  fc.assert(
    fc.property(fc.boolean(), part, part, part, part, fc.nat({ max: 999_999 }), (negative, d, h, m, s, fraction) => {
      fc.pre([d, h, m, s].some((value) => value !== undefined));
      const date = d === undefined ? '' : `${d}D`;
      const seconds = s === undefined ? '' : `${s}.${String(fraction).padStart(6, '0')}S`;
      const time = `${h === undefined ? '' : `${h}H`}${m === undefined ? '' : `${m}M`}${seconds}`;
      const total =
        (((d ?? 0) * 24 + (h ?? 0)) * 3600 + (m ?? 0) * 60 + (s ?? 0)) * 1_000_000 + (s === undefined ? 0 : fraction);
      const text = `${negative ? '-' : ''}P${date}${time && `T${time}`}`;
      expect(parseDuration(text)).toBe(negative && total !== 0 ? -total : total);
    }),
  );
});

it('no text makes it throw, or give anything but a safe integer', () => {
  const alphabet = fc.constantFrom(...'PTWDHMSptws0123456789.,+- ');
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: alphabet, maxLength: 80 })), (text) => {
      const micros = parseDuration(text);
      expect(micros === undefined || Number.isSafeInteger(micros)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
