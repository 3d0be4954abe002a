import type { StartRun } from '../hosts/start-run.js';
import { EVENT_SEGMENT } from '../lanes/gdp-format.js';
import { endOfStream, segmentStart, streamHead, unitPacket } from '../lanes/gdp-writer.js';
import type { Encode, EncodeHandlers, EncodeSpec, EncodeUnit, EndReason } from '../types.js';
import { parseCaps } from './caps.js';
import { encodedKindOf } from './encoded-kind.js';
import { encodingDelay } from './pipeline-text.js';

/** Sound waits until there is so much of it: waking the process on the other side costs more than what it does with a frame. */
const BATCH_MICROS = 120_000;
/** As much as a host reads with two calls. */
const BATCH_BYTES = 128 * 1024;
/** Times in a lane are not negative; pictures of a file may be, by less than this. */
const AHEAD = 10_000_000;

/** Units in, units that MP4 takes out. */
export const startEncode = (start: StartRun, spec: EncodeSpec, handlers: EncodeHandlers): Encode => {
  const kind = encodedKindOf(spec.caps);
  const late = kind === undefined ? 0 : encodingDelay(kind);
  let reason: EndReason | undefined;
  let over = false;
  let batch: Buffer[] = [];
  let batchBytes = 0;
  let batchFrom: number | undefined;
  // Encoders of video move all times far ahead, and the segment with them.
  let origin = AHEAD + late;
  let settleFree = (): void => {};
  const whenFree = new Promise<void>((resolve) => {
    settleFree = resolve;
  });
  const ended = (why: EndReason): void => {
    reason ??= why;
    over = true;
  };
  // Reported only now, so that a caller that starts again at once gets this slot and not a new host.
  const freed = (): void => {
    handlers.onEnd(reason ?? { kind: 'stopped' });
    settleFree();
  };
  const run =
    kind === undefined
      ? undefined
      : start(
          { role: 'decode', encode: kind },
          { ended, freed },
          {
            seen: {
              onCaps: (text) => handlers.onCaps(parseCaps(text)),
              onEvent: (type, payload) => {
                if (type === EVENT_SEGMENT) origin = AHEAD + late + segmentStart(payload);
              },
              onBuffer: (unit) => {
                if (unit.pts !== null) handlers.onUnit({ ...unit, track: spec.caps.track, pts: unit.pts - origin });
              },
            },
          },
          spec.owner,
        );
  if (kind === undefined) {
    queueMicrotask(() => {
      const message = `no encoder for ${spec.caps.mediaType}`;
      ended({ kind: 'error', failure: 'format', code: 'unsupportedCaps', message });
      freed();
    });
  }
  run?.lane.write(streamHead(spec.caps.text));
  const flush = (): void => {
    run?.lane.writeAll(batch);
    batch = [];
    batchBytes = 0;
    batchFrom = undefined;
  };

  return {
    get backlogBytes() {
      return over ? 0 : (run?.lane.waitingBytes ?? 0) + batchBytes;
    },
    feed: ({ pts, duration, key, payload }: EncodeUnit) => {
      if (over || run === undefined) return;
      const packet = unitPacket({ key, payload }, pts + AHEAD, duration, false);
      batch.push(packet);
      batchBytes += packet.length;
      batchFrom ??= pts;
      const isDue = kind === 'mjpeg' || batchBytes > BATCH_BYTES || pts + (duration ?? 0) - batchFrom >= BATCH_MICROS;
      if (isDue) flush();
    },
    finish: async () => {
      if (!over) {
        flush();
        run?.lane.write(endOfStream());
      }
      await whenFree;
    },
    stop: async () => {
      over = true;
      run?.stop();
      await whenFree;
    },
  };
};
