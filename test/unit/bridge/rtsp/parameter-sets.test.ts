import { expect, it } from 'vitest';
import { describedSets } from '../../../../bridge/rtsp/parameter-sets.js';

const sets = (fmtp: Record<string, string>): string[] =>
  describedSets({ payloadType: 96, encoding: 'X', fmtp }).map((nal) => nal.toString('hex'));

it.each<[Record<string, string>, string[]]>([
  [{ 'sprop-parameter-sets': 'Z00AKA==,aO48gA==' }, ['674d0028', '68ee3c80']],
  [{ 'sprop-parameter-sets': ' Z00AKA== , ,aO48gA' }, ['674d0028', '68ee3c80']],
  // Those that others refer to come first, whatever the order of the parameters.
  [{ 'sprop-pps': 'RAE=', 'sprop-sps': 'QgE=', 'sprop-vps': 'QAE=' }, ['4001', '4201', '4401']],
  [{ 'packetization-mode': '1' }, []],
])('reads the parameter sets of a description: %j', (fmtp, expected) => {
  expect(sets(fmtp)).toEqual(expected);
});
