import { References } from '../codec/references.js';
import type { HardwareKind } from '../hardware.js';
import type { LogFn } from '../hosts/host-process.js';
import type { DecodedPicture } from '../hosts/protocol.js';
import type { StartRun } from '../hosts/start-run.js';
import { MAX_PAYLOAD } from '../lanes/gdp-reader.js';
import { streamHead, unitPacket } from '../lanes/gdp-writer.js';
import { specKey } from '../pictures.js';
import type { Decode, DecodeHandlers, DecodeSpec, DecodeUnit, EndReason, PictureSpec } from '../types.js';
import { codecOf, decoderCaps } from './caps.js';
import { DecodeBacklog } from './decode-backlog.js';
import { DecoderClock } from './decoder-clock.js';
import { PictureGate } from './picture-gate.js';
import { pictureLayout } from './picture-layout.js';
import { PictureReceiver } from './picture-receiver.js';
import { pictureSize } from './picture-size.js';
import { PushOut } from './push-out.js';

const BACKLOG_LIMIT = 512 * 1024;
/** Units wait until there are so many bytes of them, if no picture is wanted before. */
const BATCH_BYTES = 64 * 1024;
/** Pictures that are scaled down by more than this need the slower method, see pipeline-text.ts. */
const MILD_SHRINKING = 2.5;
const DEFAULT_QUALITY = 85;
/** All are scaled in the decoder's one thread. */
const MOST_PICTURES = 4;

/** Units in, pictures out. `hardware`: with this decoder and no other; otherwise by the processor. */
export const startDecode = (
  start: StartRun,
  spec: DecodeSpec,
  handlers: DecodeHandlers,
  log: LogFn,
  hardware?: HardwareKind,
): Decode => {
  checkPictures(spec.pictures);
  const layouts = spec.pictures.map((each) => pictureLayout(pictureSize(each, spec.caps), each.format));
  const clock = new DecoderClock(spec.maxFps);
  const gate = new PictureGate();
  const backlog = new DecodeBacklog();
  const pushOut = new PushOut();
  const receiver = new PictureReceiver({
    ...{ layouts, clock, backlog, pushOut },
    onPicture: (picture, index) => handlers.onPicture(picture, index),
    onThrow: (error) => log('error', `a decoded picture could not be handled: ${String(error)}`),
  });
  // A unit whose picture is not wanted can wait: it is sent together with the next whose picture is, which saves most
  // writes here and most wake-ups in the host.
  let batch: Buffer[] = [];
  let batchBytes = 0;
  let over = false;
  let needsKey = true;
  let largest = 0;
  let reason: EndReason | undefined;
  let settleFree = (): void => {};
  const whenFree = new Promise<void>((resolve) => {
    settleFree = resolve;
  });
  const close = (): void => {
    over = true;
    receiver.close();
  };
  const ended = (why: EndReason): void => {
    close();
    reason ??= why;
  };
  // Reported only now, so that a caller that starts again at once gets this slot and not a new host.
  const freed = (): void => {
    handlers.onEnd(reason ?? { kind: 'stopped' });
    settleFree();
  };
  const codec = codecOf(spec.caps.mediaType);
  const references = codec === 'h264' || codec === 'h265' ? new References(codec) : undefined;
  const tooLarge = layouts.find(({ width, height, size = width * height }) => size > MAX_PAYLOAD);
  const run =
    codec === undefined || tooLarge !== undefined
      ? undefined
      : start(
          {
            role: 'decode',
            codec,
            ...(hardware === undefined ? {} : { hardware }),
            pictures: layouts.map(({ width, height, format }, index): DecodedPicture => {
              const { fit, quality = DEFAULT_QUALITY } = spec.pictures[index] ?? {};
              const shrunk = (spec.caps.width ?? Number.POSITIVE_INFINITY) > width * MILD_SHRINKING;
              return { width, height, format, borders: fit === 'pad', quality, shrunk };
            }),
          },
          { ended, freed },
          { seen: receiver },
          spec.owner,
        );
  const problem =
    codec === undefined
      ? `no decoder for ${spec.caps.mediaType}`
      : tooLarge && `pictures of ${tooLarge.width}x${tooLarge.height} are too large`;
  if (problem !== undefined) {
    queueMicrotask(() => {
      ended({ kind: 'error', failure: 'format', code: 'unsupportedCaps', message: problem });
      freed();
    });
  }
  run?.lane.write(streamHead(decoderCaps(spec.caps)));

  const waiting = (): number => backlog.bytes(batchBytes + (run?.lane.waitingBytes ?? 0));
  const add = (packet: Buffer): void => {
    batch.push(packet);
    batchBytes += packet.length;
  };
  const send = (unit: DecodeUnit, time: number, shown: boolean): void => {
    add(unitPacket(unit, time, null, needsKey));
    backlog.fed(time, unit.payload.length, shown);
  };
  const flush = (): void => {
    run?.lane.writeAll(batch);
    batch = [];
    batchBytes = 0;
  };
  // Two units always fit, however large they are: for one that never fitted somebody might wait for ever.
  const limit = (bytes = 0): number => Math.max(BACKLOG_LIMIT, 2 * Math.max(largest, bytes));
  const fits = (bytes: number): boolean => waiting() + bytes <= limit(bytes);

  return {
    hasRoomFor: (bytes) => {
      const isRoom = over || fits(bytes);
      // Pictures that would make room may come only when the decoder has what is kept back.
      if (!isRoom && batch.length > 0) flush();
      return isRoom;
    },
    get keepsUp() {
      return over || waiting() <= limit() / 4;
    },
    feed: (unit: DecodeUnit, wanted = false, alone = false) => {
      if (over || run === undefined || unit.pts === null || (needsKey && !unit.key)) return false;
      if (!fits(unit.payload.length)) {
        needsKey = true;
        return false;
      }
      largest = Math.max(largest, unit.payload.length);
      const turn = clock.next(unit.pts, unit.key, wanted);
      const { time, shown, leads } = turn;
      pushOut.unit(unit.pts, unit.key, leads);
      if (unit.key) references?.key(unit.payload);
      // Nobody looks at it and no other picture needs it: it is left out, which every decoder bears.
      else if (!shown && references?.needNot(unit.payload)) return true;
      const move = gate.before(turn, references?.held);
      if (move) add(move);
      send(unit, time, shown);
      const copies = unit.key && shown && alone ? pushOut.copies(references?.held ?? 0) : 0;
      for (let n = 0; n < copies; n++) {
        const copy = clock.copy();
        pushOut.fed(copy);
        // Nobody waits for its picture.
        send(unit, copy, false);
      }
      needsKey = false;
      if (shown || batchBytes > BATCH_BYTES) flush();
      return true;
    },
    stop: () => {
      close();
      run?.stop();
      return whenFree;
    },
  };
};

const checkPictures = (pictures: readonly PictureSpec[]): void => {
  if (pictures.length < 1 || pictures.length > MOST_PICTURES) {
    throw new RangeError(`a decoder gives 1 to ${MOST_PICTURES} pictures, not ${pictures.length}`);
  }
  if (new Set(pictures.map(specKey)).size < pictures.length) {
    throw new RangeError('two of the pictures of a decoder are the same');
  }
};
