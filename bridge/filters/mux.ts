import { hideEmptyTracks } from '../empty-tracks.js';
import type { HostUser } from '../hosts/host-user.js';
import type { StartRun } from '../hosts/start-run.js';
import { HEADER_LENGTH } from '../lanes/gdp-format.js';
import { endOfStream, headUnit, streamHead, unitPacket } from '../lanes/gdp-writer.js';
import { PacketBatch } from '../lanes/packet-batch.js';
import { takePacket } from '../lanes/packet-pool.js';
import type { EndReason, MjpegClips, Mux, MuxResult, MuxSpec, MuxUnit } from '../types.js';
import { clipFormat, isNalCodec } from './clip-format.js';
import { type LentFile, lendFile } from './lent-file.js';
import {
  BACKLOG,
  BACKLOG_END,
  BACKLOG_LIMIT,
  EMPTY_CLIP,
  FINISH_TIMEOUT,
  FINISH_TIMEOUT_MS,
  fileError,
  NO_PARAMETER_SETS,
} from './mux-ends.js';
import { soundDelay } from './pipeline-text.js';
import { StoredUnits } from './stored-units.js';
import { syncFile } from './sync-file.js';

/** With what waits in a batch it is not more than a second. */
const DEFAULT_FRAGMENT_MS = 800;
/** How long a clip is given to catch up with the live units, before it is asked again. */
const CATCH_UP_MS = 1000;

/** One MP4 file. */
export const startMux = (
  start: StartRun,
  spec: MuxSpec,
  { user, mjpeg }: { user: HostUser | undefined; mjpeg: MjpegClips },
): Mux => {
  let end: EndReason | undefined;
  let finishing = false;
  let settleEnd: (reason: EndReason) => void = () => {};
  const whenEnded = new Promise<EndReason>((resolve) => {
    settleEnd = resolve;
  });
  let fail: (reason: EndReason) => void = () => {};
  const failed = new Promise<EndReason>((resolve) => {
    fail = resolve;
  });
  let freed = (): void => {};
  const whenFree = new Promise<void>((resolve) => {
    freed = resolve;
  });
  let units = 0;
  let bytes = 0;
  const onEnded = (reason: EndReason): void => {
    if (end !== undefined) return;
    end = reason;
    clearInterval(settling);
    batch?.drop();
    settleEnd(reason);
    if (!finishing) fail(reason);
  };
  const [video, audio] = spec.tracks;
  const format = clipFormat(spec, mjpeg);
  const lent = format === undefined ? noMp4Of(spec) : lend(spec.path, user);
  const giveBack = (file: LentFile): void => {
    try {
      file.giveBack(end?.kind === 'eos');
    } catch (error) {
      end = fileError(error);
    }
    freed();
  };
  const run =
    format === undefined || 'kind' in lent
      ? undefined
      : start(
          {
            ...{ role: 'mux', format, path: spec.path, fragmentMs: spec.fragmentMs ?? DEFAULT_FRAGMENT_MS },
            asEngine: lent.asEngine,
          },
          { ended: onEnded, freed: () => giveBack(lent) },
          { seen: { onBuffer: () => {}, onCaps: () => {} } },
          spec.owner,
        );
  if ('kind' in lent) {
    queueMicrotask(() => {
      onEnded(lent);
      freed();
    });
  }
  const batch = run && new PacketBatch(run.lane);
  const stored = video && isNalCodec(format?.codec) ? new StoredUnits(format.codec, video) : undefined;
  // Until it has ended, the muxer waits for sound.
  let sound = audio && run?.sound;
  sound?.write(streamHead(audio?.text ?? ''));
  const early = format?.sound === undefined ? 0 : soundDelay(format.sound);
  const writeSound = (unit: MuxUnit): void => {
    const pts = (unit.pts ?? 0) - early;
    if (pts >= 0) sound?.write(unitPacket(unit, pts, unit.duration, false));
  };
  const endSound = (): void => {
    sound?.write(endOfStream());
    sound = undefined;
  };
  // A clip begins with what was there before it, all at once. When nothing waits any more, it is as live as the camera.
  const settling = setInterval(() => {
    if (run === undefined || units === 0 || run.lane.waitingBytes > 0) return;
    clearInterval(settling);
    batch?.hold();
    run.settle(bytes);
  }, CATCH_UP_MS);
  settling.unref();
  const backlog = (): number => (end === undefined ? (run?.lane.waitingBytes ?? 0) + (batch?.bytes ?? 0) : 0);
  const abandon = (reason: EndReason): void => {
    onEnded(reason);
    run?.stop();
  };

  return {
    get backlogBytes() {
      return backlog();
    },
    failed,
    write: (unit: MuxUnit) => {
      if (end !== undefined || finishing || run === undefined) return false;
      if (unit.track !== 'video') {
        if (unit.track === 'audio') writeSound(unit);
        return backlog() <= BACKLOG_LIMIT;
      }
      if (units === 0) {
        const caps = stored === undefined ? video?.text : stored.begin(spec.head ?? unit.payload);
        if (caps === undefined) {
          abandon(NO_PARAMETER_SETS);
          return false;
        }
        run.lane.write(streamHead(caps));
      }
      const { key, pts, duration } = unit;
      const packet = stored
        ? headUnit(stored.stored(unit.payload, HEADER_LENGTH, takePacket), key, pts, duration, false)
        : unitPacket(unit, pts, duration, false);
      units += 1;
      bytes += packet.length - HEADER_LENGTH;
      batch?.add(packet);
      if (backlog() > BACKLOG_END) {
        abandon(BACKLOG);
      }
      return backlog() <= BACKLOG_LIMIT;
    },
    endTrack: () => {
      if (end === undefined) endSound();
    },
    finish: async (): Promise<MuxResult> => {
      finishing = true;
      if (end === undefined && run !== undefined && units === 0) {
        abandon(EMPTY_CLIP);
      }
      if (end === undefined) batch?.flush();
      if (end === undefined) run?.lane.write(endOfStream());
      if (end === undefined) endSound();
      const timer = setTimeout(() => abandon(FINISH_TIMEOUT), FINISH_TIMEOUT_MS);
      await whenEnded;
      clearTimeout(timer);
      // So that the next clip finds this slot free, and the file is ours again.
      await whenFree;
      const reason = end ?? (await whenEnded);
      if (reason.kind !== 'eos') return { ok: false, reason };
      try {
        if (format?.sound !== undefined) hideEmptyTracks(spec.path);
        // Others will be told that the file is there. A power cut must not make that untrue; its name is the caller's.
        return { ok: true, bytes: await syncFile(spec.path) };
      } catch (error) {
        return { ok: false, reason: { kind: 'error', failure: 'file', code: 'file.sync', message: String(error) } };
      }
    },
  };
};

const noMp4Of = (spec: MuxSpec): EndReason => {
  const asked = spec.tracks.map((each) => each.mediaType).join(' and ') || 'no track';
  return { kind: 'error', failure: 'format', code: 'unsupportedCaps', message: `no MP4 of ${asked}` };
};

const lend = (path: string, user: HostUser | undefined): LentFile | EndReason => {
  try {
    return lendFile(path, user);
  } catch (error) {
    return fileError(error);
  }
};
