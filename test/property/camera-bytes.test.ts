import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { Random } from '../../bench/chaos/random.js';
import { oddSession } from '../kit/camera-fuzz/sessions.js';
import {
  audioTarget,
  metadataTarget,
  parserTarget,
  rtcpTarget,
  sdpTarget,
  streamTarget,
  type Target,
  unitTarget,
  videoTarget,
} from '../kit/camera-fuzz/targets.js';
import type { NalCodec } from '../kit/h264-bytes.js';
import { pcmSets, pcmSlice } from '../kit/pcm-video.js';
import { encodeRaw } from '../kit/raw-stream.js';

/** Over all targets. More by hand, and again with the seed that a run has printed: see docs/design/reliability.md. */
const INPUTS = Number(process.env['SLUICE_FUZZ_INPUTS'] ?? 60_000);
const SEED = Number(process.env['SLUICE_FUZZ_SEED'] ?? Date.now() % 2 ** 32);

/** So long one input may take: a hundred thousand times as long as usual, and less than a loop without an end. */
const HANG_MS = 10_000;
/** By how much memory may differ between the first third and the end: no input leaves anything behind. */
const GROWTH = 24 * 1024 * 1024;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const memory = (): number => {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

const nalsOf = (codec: NalCodec): Uint8Array[] => [
  ...encodeRaw({ codec, frames: 12, settings: '-g 6 -bf 2' }).flat(),
  ...(codec === 'h264'
    ? [
        ...encodeRaw({ frames: 12, settings: '-g 6 -bf 0', params: 'slices=3:intra-refresh=1' }).flat(),
        ...pcmSets(true),
        pcmSlice({ fields: true, idr: true, number: 0, row: 0, rows: 2, luma: 50 }),
        pcmSlice({ fields: true, bottom: true, idr: false, number: 0, row: 0, rows: 2, luma: undefined }),
      ]
    : []),
];
const nals = { h264: nalsOf('h264'), h265: nalsOf('h265') };

const TARGETS: Readonly<Record<string, () => Target>> = {
  'messages and packets of a connection': streamTarget,
  'session descriptions': sdpTarget,
  'reports of a sender': rtcpTarget,
  'packets of H.264': () => videoTarget('h264', nals.h264),
  'packets of H.265': () => videoTarget('h265', nals.h265),
  'NAL units of H.264': () => unitTarget('h264', nals.h264),
  'NAL units of H.265': () => unitTarget('h265', nals.h265),
  'parameter sets, slices and messages': () => parserTarget([...nals.h264, ...nals.h265]),
  'packets of sound': audioTarget,
  'packets of metadata': metadataTarget,
};
const EACH = Math.ceil(INPUTS / Object.keys(TARGETS).length);
/** Sessions wait for answers that do not come, so there are fewer of them, and many at a time. */
const SESSIONS = Math.ceil(INPUTS / 100);
const AT_A_TIME = 50;

describe(`what cameras may send, seed ${SEED}`, () => {
  it.each(Object.keys(TARGETS))(
    `${EACH} inputs break nothing, take no time and leave nothing: %s`,
    (name) => {
      const target = TARGETS[name]!();
      const random = new Random(SEED);
      let slowest = 0;
      let before = 0;
      for (let n = 0; n < EACH; n++) {
        if (n === Math.floor(EACH / 3)) before = memory();
        const start = performance.now();
        try {
          target(random);
        } catch (problem) {
          throw new Error(`input ${n} with seed ${SEED}`, { cause: problem });
        }
        slowest = Math.max(slowest, performance.now() - start);
      }
      const growth = memory() - before;
      console.log(
        `${name}: ${EACH} inputs, seed ${SEED}, slowest ${slowest.toFixed(1)} ms, ${(growth / 1024 / 1024).toFixed(1)} MB more`,
      );
      expect(slowest).toBeLessThan(HANG_MS);
      expect(growth).toBeLessThan(GROWTH);
    },
    60_000 + INPUTS,
  );

  it(
    `${SESSIONS} sessions with cameras that answer anything end well`,
    async () => {
      let left = SESSIONS;
      let answers = 0;
      const some = async (each: number): Promise<void> => {
        const random = new Random(SEED + each);
        while (left-- > 0) {
          const more = await oddSession(random);
          answers += more;
        }
      };
      await Promise.all(Array.from({ length: AT_A_TIME }, (_, each) => some(each)));
      console.log(`sessions: ${SESSIONS}, with ${answers} answers, seed ${SEED}`);
      expect(answers).toBeGreaterThan(SESSIONS);
    },
    60_000 + INPUTS,
  );
});
