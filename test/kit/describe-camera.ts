import { wantedTracks } from '../../bridge/camera/track-format.js';
import { readCameraUrl } from '../../bridge/rtsp/camera-url.js';
import { openTcp } from '../../bridge/rtsp/connection.js';
import { ProbeFailure } from '../../bridge/rtsp/failures.js';
import { type Description, RtspSession, type SessionSpec } from '../../bridge/rtsp/session.js';
import { chooseTracks, type OfferedTrack } from '../../bridge/rtsp/tracks.js';
import type { RtspFailure } from '../../bridge/rtsp/types.js';

export type CameraQuestion = Omit<SessionSpec, 'connect' | 'connectMs' | 'answerMs' | 'followRedirects'> & {
  timeoutMs: number;
};

export type CameraAnswer = ({ ok: true; tracks: OfferedTrack[] } & Description) | { ok: false; failure: RtspFailure };

export const sessionSpec = ({ timeoutMs, ...spec }: CameraQuestion): SessionSpec => ({
  ...spec,
  connectMs: timeoutMs,
  answerMs: timeoutMs,
  connect: openTcp,
  followRedirects: true,
});

/** Asks a camera what it offers, and leaves it. */
export const describeCamera = async (question: CameraQuestion): Promise<CameraAnswer> => {
  try {
    const { session, description } = await RtspSession.open(sessionSpec(question));
    session.close();
    const { label } = readCameraUrl(description.url);
    const { video, audio } = chooseTracks(label, description, wantedTracks(true));
    return { ok: true, tracks: audio ? [video, audio] : [video], ...description };
  } catch (problem) {
    if (problem instanceof ProbeFailure) return { ok: false, failure: problem.failure };
    throw problem;
  }
};
