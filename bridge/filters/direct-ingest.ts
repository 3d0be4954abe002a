import { type CameraMedia, playCamera } from '../camera/camera-media.js';
import { sessionSpec } from '../camera/session-spec.js';
import type { PacketTaker } from '../camera/track-input.js';
import type { LogFn } from '../hosts/host-process.js';
import { H264Depayloader } from '../rtp/depay-h264.js';
import { H265Depayloader } from '../rtp/depay-h265.js';
import { openTcp } from '../rtsp/connection.js';
import { ProbeFailure } from '../rtsp/failures.js';
import type { EndReason, Ingest, IngestHandlers, IngestSpec } from '../types.js';
import { parseCaps } from './caps.js';
import { guardedHandlers } from './guarded-handlers.js';
import { type VideoUnits, videoUnits } from './video-units.js';

/**
 * A camera connection without a host: what comes is depayloaded here. Otherwise as `startIngest`.
 *
 * @param startHosted takes over, on a connection of its own, for a camera whose codec is not known here
 */
export const startDirectIngest = (
  spec: IngestSpec,
  handlers: IngestHandlers,
  log: LogFn,
  startHosted: (spec: IngestSpec, handlers: IngestHandlers) => Ingest,
): Ingest => {
  const guarded = guardedHandlers(handlers, log);
  const aborter = new AbortController();
  let media: CameraMedia | undefined;
  let units: VideoUnits | undefined;
  let hosted: Ingest | undefined;
  let inRounds = false;
  let over = false;
  const end = (reason: EndReason): void => {
    if (over) return;
    over = true;
    media?.close();
    if (reason.kind !== 'stopped') units?.end();
    guarded.onEnd(reason);
  };
  playCamera(sessionSpec(spec, { connect: openTcp, followRedirects: true, signal: aborter.signal }), {
    onDescribed: async (description) => {
      const { codec, sets } = description.video;
      if (codec === 'mjpeg') {
        over = true;
        aborter.abort();
        hosted = startHosted(spec, handlers);
        return NOTHING;
      }
      units = videoUnits(codec, sets, guarded);
      guarded.onDescribed(description);
      if (description.audio) guarded.onCaps(parseCaps(description.audio.caps));
      return codec === 'h264' ? new H264Depayloader(units) : new H265Depayloader(units);
    },
    onSound: (payload, pts, duration) => {
      if (!over)
        guarded.onUnit({
          track: 'audio',
          pts,
          dts: null,
          duration: duration || null,
          key: true,
          discont: false,
          payload,
        });
    },
    onSoundFault: (fault) => guarded.onSoundFault(fault),
    onMetadata: (document) => {
      if (!over) guarded.onMetadata(document);
    },
    onMetadataRefused: ({ message }) => guarded.onMetadataRefused(message),
    onLoss: (loss) => guarded.onLoss(loss),
    onEnd: (failure) => end(endOf(failure)),
  }).then(
    (playing) => {
      media = playing;
      if (over) playing.close();
      else playing.readInRounds(inRounds);
    },
    (problem: unknown) => end(endOf(problem)),
  );
  return {
    readInRounds: (yes) => {
      inRounds = yes;
      media?.readInRounds(yes);
      hosted?.readInRounds(yes);
    },
    stop: async () => {
      aborter.abort();
      end({ kind: 'stopped' });
      await hosted?.stop();
    },
  };
};

const NOTHING: PacketTaker = { take: () => {} };

const endOf = (problem: unknown): EndReason =>
  problem instanceof ProbeFailure
    ? { kind: 'error', ...problem.asRunFailure() }
    : { kind: 'error', failure: 'internal', code: 'ingest', message: String(problem) };
