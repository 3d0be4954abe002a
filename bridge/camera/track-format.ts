import { audioCapsText } from '../rtp/audio-caps.js';
import { describedSets } from '../rtsp/parameter-sets.js';
import { type ChosenTracks, METADATA, type OfferedTrack, type Wanted } from '../rtsp/tracks.js';
import type { CameraDescription, VideoCodec } from '../types.js';

const CODECS: Readonly<Record<string, VideoCodec>> = { H264: 'h264', H265: 'h265', JPEG: 'mjpeg' };
const DEFAULT_CLOCK_RATE = 90_000;

/** What is taken of a camera that can be. */
export const wantedTracks = (audio: boolean, metadata = false): Wanted => ({
  video: ({ encoding }) => CODECS[encoding] !== undefined,
  audio: (format) => audio && audioCapsText(format) !== undefined,
  metadata: ({ encoding }) => metadata && encoding === METADATA,
});

export const videoCodecOf = ({ format }: OfferedTrack): VideoCodec => {
  const codec = CODECS[format.encoding];
  if (codec === undefined) throw new Error(`no codec is called ${format.encoding}`);
  return codec;
};

/** What the engine is told of the chosen tracks. */
export const describedTracks = ({
  video,
  audio,
  unknownAudio,
  metadata,
  offeredMetadata,
}: ChosenTracks): Omit<CameraDescription, 'url' | 'sdp'> => ({
  video: {
    codec: videoCodecOf(video),
    sets: describedSets(video.format).map((nal) => nal.toString('base64')),
  },
  ...(audio ? { audio: { caps: audioCapsText(audio.format) ?? '' } } : {}),
  unknownAudio,
  metadata: metadata ? 'taken' : offeredMetadata.length > 0 ? 'unreadable' : 'none',
});

/** Ticks of the track's RTP timestamps per second. */
export const clockRateOf = ({ kind, format }: OfferedTrack): number =>
  format.clockRate ?? (kind === 'audio' ? DEFAULT_AUDIO_RATE : DEFAULT_CLOCK_RATE);

const DEFAULT_AUDIO_RATE = 8000;

/** What GStreamer is told of the track's packets. Parameter sets are ours to add. */
export const rtpCapsOf = (track: OfferedTrack): string => {
  const { encoding, payloadType } = track.format;
  return [
    'application/x-rtp',
    `media=(string)${track.kind}`,
    `payload=(int)${payloadType}`,
    `clock-rate=(int)${clockRateOf(track)}`,
    `encoding-name=(string)${encoding}`,
  ].join(', ');
};
