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
}

const KINDS: Readonly<Record<string, SoundKind>> = {
  'audio/x-alaw': 'alaw',
  'audio/x-mulaw': 'mulaw',
  'audio/x-adpcm': 'g726',
  'audio/x-raw': 'linear',
  'audio/x-opus': 'opus',
};

/** That of a clip with these tracks; undefined if there cannot be one. */
export const clipFormat = ([video, audio, ...others]: MuxSpec['tracks'], mjpeg: MjpegClips): ClipFormat | undefined => {
  const of = video?.track === 'video' ? codecOf(video.mediaType) : undefined;
  const codec = of === 'mjpeg' && mjpeg === 'jpeg' ? 'jpeg' : of;
  if (codec === undefined || others.length > 0) return undefined;
  if (audio === undefined) return { codec };
  const sound = soundKind(audio);
  return sound === undefined ? undefined : { codec, sound };
};

/** Of NAL units, unlike JPEG. */
export const isNalCodec = (codec: ClipFormat['codec'] | undefined): codec is NalCodec =>
  codec === 'h264' || codec === 'h265';

/** One word for each format. */
export const formatText = ({ codec, sound }: ClipFormat): string => (sound === undefined ? codec : `${codec}+${sound}`);

const soundKind = ({ track, mediaType, text }: StreamCaps): SoundKind | undefined => {
  if (track !== 'audio') return undefined;
  if (mediaType === 'audio/mpeg') return /mpegversion=\(int\)4/.test(text) ? 'aac' : 'mpeg';
  return KINDS[mediaType];
};
