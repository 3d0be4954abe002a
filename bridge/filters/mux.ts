import type { StartRun } from '../hosts/start-run.js';
import { endOfStream, streamHead, unitPacket } from '../lanes/gdp-writer.js';
import type { EndReason, Mux, MuxResult, MuxSpec, MuxUnit } from '../types.js';
import { codecOf } from './pipeline-text.js';
import { syncFile } from './sync-file.js';

/** Above this `write` returns false: the disk is behind. */
const BACKLOG_LIMIT = 8 * 1024 * 1024;
/** Above this the disk is taken to be stuck; waiting longer would only fill memory. */
const BACKLOG_END = 64 * 1024 * 1024;
/** How long it may take to finalise a clip. */
const FINISH_TIMEOUT_MS = 60_000;
const DEFAULT_FRAGMENT_MS = 1000;

/** One MP4 file. */
export const startMux = (start: StartRun, spec: MuxSpec): Mux => {
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
  const onEnded = (reason: EndReason): void => {
    if (end !== undefined) return;
    end = reason;
    settleEnd(reason);
    if (!finishing) fail(reason);
  };
  const [video, ...others] = spec.tracks;
  const codec = video?.track === 'video' && others.length === 0 ? codecOf(video.mediaType) : undefined;
  const run =
    codec === undefined
      ? undefined
      : start(
          { role: 'mux', codec, path: spec.path, fragmentMs: spec.fragmentMs ?? DEFAULT_FRAGMENT_MS },
          { ended: onEnded, freed },
          { onBuffer: () => {}, onCaps: () => {} },
        );
  if (codec === undefined) {
    queueMicrotask(() => {
      const asked = spec.tracks.map((each) => each.mediaType).join(' and ') || 'no track';
      onEnded({ kind: 'error', failure: 'format', code: 'unsupportedCaps', message: `no MP4 of ${asked}` });
      freed();
    });
  }
  if (video !== undefined) run?.lane.write(streamHead(video.text));
  const backlog = (): number => (end === undefined ? (run?.lane.waitingBytes ?? 0) : 0);
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
      if (unit.track !== 'video') return backlog() <= BACKLOG_LIMIT;
      units += 1;
      run.lane.write(unitPacket(unit, unit.pts, unit.duration, false));
      if (backlog() > BACKLOG_END) {
        abandon({
          kind: 'error',
          failure: 'file',
          code: 'muxBacklog',
          message: `more than ${BACKLOG_END} bytes wait to be written`,
        });
      }
      return backlog() <= BACKLOG_LIMIT;
    },
    finish: async (): Promise<MuxResult> => {
      finishing = true;
      if (end === undefined && run !== undefined && units === 0) {
        abandon({ kind: 'error', failure: 'format', code: 'emptyClip', message: 'nothing was written' });
      }
      if (end === undefined) run?.lane.write(endOfStream());
      const timer = setTimeout(
        () =>
          abandon({
            kind: 'error',
            failure: 'file',
            code: 'finishTimeout',
            message: 'the clip could not be finished in time',
          }),
        FINISH_TIMEOUT_MS,
      );
      const reason = await whenEnded;
      clearTimeout(timer);
      // So that the next clip finds this slot free.
      await whenFree;
      if (reason.kind !== 'eos') return { ok: false, reason };
      try {
        // Others will be told that the file is there. A power cut must not make that untrue.
        return { ok: true, bytes: await syncFile(spec.path) };
      } catch (error) {
        return { ok: false, reason: { kind: 'error', failure: 'file', code: 'file.sync', message: String(error) } };
      }
    },
  };
};
