import { serveSoundFile } from '../../../bench/common/sound-cameras.js';
import { beepFile } from './beeps.js';

const RESAMPLED = 'audioconvert ! audioresample';
const mono = (rate: number): string => `${RESAMPLED} ! audio/x-raw,rate=${rate},channels=1`;

/** By name, how a camera encodes its sound. */
const ENCODINGS = {
  aac: `${mono(48_000)} ! avenc_aac ! aacparse ! rtpmp4gpay pt=97`,
  latm: `${mono(48_000)} ! avenc_aac ! aacparse ! rtpmp4apay pt=97`,
  alaw: `${mono(8000)} ! alawenc ! rtppcmapay pt=8`,
  mulaw: `${mono(8000)} ! mulawenc ! rtppcmupay pt=0`,
  opus: `${mono(48_000)} ! opusenc ! rtpopuspay pt=98`,
  l16: `${mono(16_000)} ! rtpL16pay pt=99`,
  mp2: `${RESAMPLED} ! audio/x-raw,rate=48000,channels=2 ! avenc_mp2 ! mpegaudioparse ! rtpmpapay pt=14`,
  g726: `${mono(8000)} ! avenc_g726 bitrate=32000 ! rtpg726pay pt=100`,
} as const;

export type SoundEncoding = keyof typeof ENCODINGS;
export const SOUND_ENCODINGS = Object.keys(ENCODINGS) as SoundEncoding[];

export interface SoundCameras {
  url(encoding: SoundEncoding): string;
  stop(): Promise<void>;
}

/** A real RTSP server whose cameras flash and beep at the same moments, one for each encoding of sound. */
export const startSoundCameras = (): Promise<SoundCameras> => serveSoundFile(beepFile(), ENCODINGS);
