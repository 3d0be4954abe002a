import type { MjpegClips, MuxSpec, NalCodec, StreamCaps, VideoCodec } from '../types.js';
import { codecOf } from './caps.js';

/** What a clip's sound comes as. All but `aac` are made that. */
export const SOUND_KINDS = ['aac', 'alaw', 'mulaw', 'g726', 'linear', 'opus', 'mpeg'] as const;

export type SoundKind = (typeof SOUND_KINDS)[number];

/** What decides how a clip is made. */
export interface ClipFormat {
  /** `mjpeg` becomes H.264, `jpeg` is MJPEG that stays as it is. */
  codec: VideoCodec | 'jpeg';
  sound?: SoundKind;
  /** It stays in fragments when it is finished, so that it can be served as it lies. */
  segment?: true;
}

const KINDS: Readonly<Record<string, SoundKind>> = {
  'audio/x-alaw': 'alaw',
  'audio/x-mulaw': 'mulaw',
  'audio/x-adpcm': 'g726',
  'audio/x-raw': 'linear',
  'audio/x-opus': 'opus',
};

/** That of a clip with these tracks; undefined if there cannot be one. */
export const clipFormat = (
  { tracks, segment }: Pick<MuxSpec, 'tracks' | 'segment'>,
  mjpeg: MjpegClips,
): ClipFormat | undefined => {
  const [video, audio, ...others] = tracks;
  const of = video?.track === 'video' ? codecOf(video.mediaType) : undefined;
  // No browser plays segments of JPEG.
  const codec = of === 'mjpeg' && mjpeg === 'jpeg' && !segment ? 'jpeg' : of;
  if (codec === undefined || others.length > 0) return undefined;
  const sound = audio && soundKind(audio);
  if (audio && sound === undefined) return undefined;
  return { codec, ...(sound === undefined ? {} : { sound }), ...(segment ? { segment } : {}) };
};

/** Of NAL units, unlike JPEG. */
export const isNalCodec = (codec: ClipFormat['codec'] | undefined): codec is NalCodec =>
  codec === 'h264' || codec === 'h265';

/** One word for each format. */
export const formatText = ({ codec, sound, segment }: ClipFormat): string =>
  [codec, ...(sound === undefined ? [] : [sound]), ...(segment ? ['segment'] : [])].join('+');

/** Whether each frame of such sound is one in the file. */
export const isCopied = (sound: StreamCaps): boolean => soundKind(sound) === 'aac';

const soundKind = ({ track, mediaType, text }: StreamCaps): SoundKind | undefined => {
  if (track !== 'audio') return undefined;
  if (mediaType === 'audio/mpeg') return /mpegversion=\(int\)4/.test(text) ? 'aac' : 'mpeg';
  return KINDS[mediaType];
};
