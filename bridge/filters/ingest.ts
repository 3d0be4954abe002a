import type { LogFn, RunHandlers } from '../hosts/host-process.js';
import type { RunNews } from '../hosts/protocol.js';
import type { StartRun } from '../hosts/start-run.js';
import type { GdpHandlers } from '../lanes/gdp-reader.js';
import { trackOf } from '../lanes/track.js';
import { PTS_BASE_MICROS } from '../rtp/picture-mark.js';
import type { EndReason, Ingest, IngestHandlers, IngestSpec } from '../types.js';
import { parseCaps } from './caps.js';
import { guardedHandlers } from './guarded-handlers.js';
import { type VideoLane, videoLane } from './video-lane.js';

/**
 * A camera connection, in a host, whose GStreamer depayloads what comes. Units are handed on as they arrive; new caps come
 * before the first unit that they describe.
 */
export const startIngest = (start: StartRun, spec: IngestSpec, handlers: IngestHandlers, log: LogFn): Ingest => {
  const guarded = guardedHandlers(handlers, log);
  let stopping = false;
  let reason: EndReason | undefined;
  let video: VideoLane | undefined;
  let soundCaps: string | undefined;
  let settleFree = (): void => {};
  const whenFree = new Promise<void>((resolve) => {
    settleFree = resolve;
  });
  const onNews = (news: RunNews): void => {
    if (stopping) return;
    if (news.kind === 'loss') {
      guarded.onLoss(news.loss);
    } else if (news.kind === 'soundFault') {
      guarded.onSoundFault(news.fault);
    } else if (news.kind === 'metadataRefused') {
      guarded.onMetadataRefused(news.message);
    } else if (news.kind === 'described' && video === undefined) {
      const { description } = news;
      video = videoLane(description.video, guarded);
      guarded.onDescribed(description);
      run?.play();
    }
  };
  const runHandlers: RunHandlers = {
    news: onNews,
    ended: (why) => {
      if (!stopping) video?.end();
      reason ??= why;
    },
    // Reported only now, so that a caller that connects again at once gets this slot and not a new host.
    freed: () => {
      guarded.onEnd(reason ?? { kind: 'stopped' });
      settleFree();
    },
  };
  const isOver = (): boolean => stopping || reason !== undefined;
  const seen: GdpHandlers = {
    onCaps: (text) => video?.onCaps(text),
    onBuffer: (buffer) => {
      if (!isOver()) video?.onBuffer(buffer);
    },
  };
  const heard: GdpHandlers = {
    // Metadata comes in the same lane; behind it, what the sound is stands once more.
    onCaps: (text) => {
      if (isOver() || text === soundCaps || trackOf(text) !== 'audio') return;
      soundCaps = text;
      guarded.onCaps(parseCaps(text));
    },
    onBuffer: (unit) => {
      if (isOver()) return;
      if (unit.track === 'application') guarded.onMetadata(unit.payload);
      else guarded.onUnit({ ...unit, pts: unit.pts === null ? null : unit.pts - PTS_BASE_MICROS });
    },
  };
  const { owner, ...connection } = spec;
  const run = start({ role: 'ingest', spec: connection }, runHandlers, { seen, heard }, owner);
  return {
    readInRounds: (yes) => run?.readInRounds(yes),
    stop: () => {
      stopping = true;
      run?.stop();
      return whenFree;
    },
  };
};
