import { TrackSync } from '../rtp/sync.js';
import { readCameraUrl } from '../rtsp/camera-url.js';
import type { ProbeFailure } from '../rtsp/failures.js';
import { RtspSession, type SessionSpec } from '../rtsp/session.js';
import { chooseTracks, type OfferedTrack } from '../rtsp/tracks.js';
import type { CameraDescription, MediaLoss, SoundFault } from '../types.js';
import { LossTally } from './loss-tally.js';
import { MetadataInput } from './metadata-input.js';
import { type SoundHandler, SoundInput } from './sound-input.js';
import { describedTracks, wantedTracks } from './track-format.js';
import { type PacketTaker, TrackInput } from './track-input.js';

export interface CameraMediaHandlers {
  /** What the camera offers, and its video. Media comes when this has resolved, and goes to what it gives. */
  onDescribed(description: CameraDescription, video: OfferedTrack): Promise<PacketTaker>;
  /** A frame of the audio, if that is wanted and there is any. */
  onSound: SoundHandler;
  /** The camera has refused to send its audio, though it offers it, or sends it otherwise than it says. */
  onSoundFault(fault: SoundFault): void;
  /** A document of the metadata that tells of events, if that is wanted and there is any. A view, valid during the call. */
  onMetadata(document: Uint8Array): void;
  /** The camera has refused to send its metadata, though it offers it. */
  onMetadataRefused(failure: ProbeFailure): void;
  onLoss(loss: MediaLoss): void;
  /** Once, when the session has ended by itself after `playCamera` has resolved. */
  onEnd(failure: ProbeFailure): void;
}

/** A camera that plays. */
export interface CameraMedia {
  /** Nothing is read until `resume`. */
  pause(): void;
  resume(): void;
  /** Whether what comes may wait for a tenth of a second. */
  readInRounds(yes: boolean): void;
  /** Ends the session; nothing is told any more, except what had been lost. */
  close(): void;
}

/** Cameras may count on hearing of us at least every 5 s (RFC 3550 6.2). */
const REPORT_EVERY_MS = 5000;

/** Asks a camera what it offers, and plays its video and what else is wanted. Throws a ProbeFailure. */
export const playCamera = async (
  spec: SessionSpec & { audio: boolean; metadata: boolean },
  handlers: CameraMediaHandlers,
): Promise<CameraMedia> => {
  const { session, description } = await RtspSession.open(spec);
  const losses = new LossTally((loss) => handlers.onLoss(loss));
  let reports: NodeJS.Timeout | undefined;
  let begun = false;
  let early: ProbeFailure | undefined;
  const close = (): void => {
    clearInterval(reports);
    session.close();
    losses.flush();
  };
  try {
    const { url, sdp } = description;
    const chosen = chooseTracks(readCameraUrl(url).label, description, wantedTracks(spec.audio, spec.metadata));
    const { video, audio, metadata } = chosen;
    const sync = new TrackSync();
    const taker = await handlers.onDescribed({ url, sdp, ...describedTracks(chosen) }, video);
    const tracks = [video];
    const inputs = [new TrackInput({ track: video, taker, losses, sync })];
    if (audio) {
      tracks.push(audio);
      const taker = new SoundInput(audio, sync, {
        frame: handlers.onSound,
        fault: handlers.onSoundFault,
        overflow: () => losses.add({ overflow: 1 }),
      });
      inputs.push(new TrackInput({ track: audio, taker, losses, sync }));
    }
    if (metadata) {
      tracks.push(metadata);
      // Its documents have times of their own, so it needs no place in the video's.
      const parts = { taker: new MetadataInput(handlers.onMetadata), losses, sync: new TrackSync() };
      inputs.push(new TrackInput({ track: metadata, ...parts }));
    }
    const refused = await session.play(tracks, {
      onRtp: (track, packet) => inputs[track]!.rtp(packet, nowMicros()),
      onRtcp: (track, packet) => inputs[track]!.rtcp(packet, nowMicros()),
      onGarbage: (garbageBytes) => losses.add({ garbageBytes }),
      onEnd: (failure) => {
        close();
        if (begun) handlers.onEnd(failure);
        else early = failure;
      },
    });
    if (early !== undefined) throw early;
    begun = true;
    for (const [track, failure] of refused) {
      if (tracks[track] === audio) handlers.onSoundFault({ code: 'noSound', message: failure.message });
      else handlers.onMetadataRefused(failure);
    }
    reports = setInterval(() => sendReports(session, inputs), REPORT_EVERY_MS);
    return {
      pause: () => session.pause(),
      resume: () => session.resume(),
      readInRounds: (yes) => {
        session.readInRounds(yes);
        for (const input of inputs) input.timely = !yes;
      },
      close,
    };
  } catch (problem) {
    close();
    // What ended the session says more than what that did to the request under way.
    throw early ?? problem;
  }
};

const sendReports = (session: RtspSession, inputs: readonly TrackInput[]): void => {
  for (const [track, input] of inputs.entries()) {
    const report = input.receiverReport(nowMicros());
    if (report !== undefined) session.sendRtcp(track, report);
  }
};

const nowMicros = (): number => performance.now() * 1000;
