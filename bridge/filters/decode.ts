import type { StartRun } from '../hosts/start-run.js';
import { streamHead, unitPacket } from '../lanes/gdp-writer.js';
import type { Decode, DecodeHandlers, DecodeSpec, DecodeUnit, EncodedUnit, EndReason } from '../types.js';
import { decoderCaps, scaledSize } from './caps.js';
import { DecodeBacklog } from './decode-backlog.js';
import { LaneClock } from './decoder-clock.js';
import { PictureGate } from './picture-gate.js';
import { pictureLayout } from './picture-layout.js';
import { codecOf } from './pipeline-text.js';
import { PushOut } from './push-out.js';

const BACKLOG_LIMIT = 512 * 1024;
/** Most that waits to be sent together. */
const BATCH_BYTES = 64 * 1024;
/** A picture that shrinks by more than this needs the careful way to do it, see pipeline-text.ts. */
const MILD_SHRINKING = 2.5;

/** Units in, small pictures out. */
export const startDecode = (start: StartRun, spec: DecodeSpec, handlers: DecodeHandlers): Decode => {
  const codec = codecOf(spec.caps.mediaType);
  const layout = pictureLayout(scaledSize(spec.caps, spec.width));
  const shrunk = (spec.caps.width ?? Number.POSITIVE_INFINITY) > layout.width * MILD_SHRINKING;
  const times = new LaneClock(spec.maxFps);
  const gate = new PictureGate();
  const backlog = new DecodeBacklog();
  const pushOut = new PushOut();
  // Units whose pictures nobody will look at have time: they are sent together with the next that counts, which saves
  // most of the writes here and of the wake-ups in the host.
  let batch: Buffer[] = [];
  let batchBytes = 0;
  let over = false;
  let needsKey = true;
  let largestKey = 0;
  /** Stream time of the picture that is just being received. */
  let picturePts = 0;
  let reason: EndReason | undefined;
  let settleFree = (): void => {};
  const whenFree = new Promise<void>((resolve) => {
    settleFree = resolve;
  });
  const ended = (why: EndReason): void => {
    over = true;
    reason ??= why;
  };
  // Told only now, so that whoever starts again at once gets this slot and not another host.
  const freed = (): void => {
    handlers.onEnd(reason ?? { kind: 'stopped' });
    settleFree();
  };
  const wants = (lane: number | null): boolean => {
    if (over || lane === null) return false;
    backlog.picture(lane);
    if (pushOut.isCopy(lane)) return false;
    const pts = times.picture(lane);
    if (pts === undefined) return false;
    picturePts = pts;
    return true;
  };
  const onBuffer = ({ payload }: EncodedUnit): void => {
    if (over || payload.length < layout.size) return;
    const { width, height, strides, offsets } = layout;
    handlers.onPlane({ pts: picturePts, width, height, strides, offsets, data: payload });
  };
  const run =
    codec === undefined
      ? undefined
      : start(
          { role: 'decode', codec, width: layout.width, height: layout.height, shrunk },
          { ended, freed },
          { onCaps: () => {}, wants, onBuffer },
        );
  if (codec === undefined) {
    queueMicrotask(() => {
      ended({
        kind: 'error',
        failure: 'format',
        code: 'unsupportedCaps',
        message: `no decoder for ${spec.caps.mediaType}`,
      });
      freed();
    });
  }
  run?.lane.write(streamHead(decoderCaps(spec.caps)));

  const waiting = (): number => backlog.bytes(batchBytes + (run?.lane.waitingBytes ?? 0));
  const add = (packet: Buffer): void => {
    batch.push(packet);
    batchBytes += packet.length;
  };
  const send = (unit: DecodeUnit, lane: number, shown: boolean): void => {
    add(unitPacket(unit, lane, null, needsKey));
    backlog.fed(lane, unit.payload.length, shown);
  };
  const flush = (): void => {
    run?.lane.writeAll(batch);
    batch = [];
    batchBytes = 0;
  };

  return {
    get backlogBytes() {
      return over ? 0 : waiting();
    },
    feed: (unit: DecodeUnit) => {
      if (over || run === undefined || unit.pts === null || (needsKey && !unit.key)) return false;
      // Two keyframes always fit, however large they are.
      if (waiting() + unit.payload.length > Math.max(BACKLOG_LIMIT, 2 * largestKey)) {
        needsKey = true;
        return false;
      }
      if (unit.key) largestKey = Math.max(largestKey, unit.payload.length);
      const turn = times.next(unit.pts, unit.key);
      const { lane, shown } = turn;
      const move = gate.before(turn);
      if (move) add(move);
      const copyCount = pushOut.copiesFor(unit.key, shown);
      send(unit, lane, shown);
      if (unit.key && shown) {
        const copies = Array.from({ length: copyCount }, () => times.copy());
        for (const time of copies) send(unit, time, true);
        pushOut.fedKey(lane, copies);
      }
      needsKey = false;
      if (shown || batchBytes > BATCH_BYTES) flush();
      return true;
    },
    stop: () => {
      over = true;
      run?.stop();
      return whenFree;
    },
  };
};
