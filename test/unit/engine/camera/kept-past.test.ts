import { expect, it } from 'vitest';
import { KeptPast } from '../../../../engine/camera/kept-past.js';

it('the past is kept for whoever needs most of it, and for what is found of late', () => {
  const spans: number[] = [];
  const past = new KeptPast({ setSpan: (span) => void spans.push(span) });
  const [gate, file] = [{}, {}];
  past.keep(gate, 5);
  past.keep(file, 2);
  past.keep(file, 2);
  past.late(4);
  past.keep(file, 9);
  past.keep(gate, undefined);
  past.late(0);
  past.keep(file, undefined);
  expect(spans).toEqual([5, 5, 9, 13, 13, 9, 0]);
});
