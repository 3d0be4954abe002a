import { type AacStream, type AudioFormat, type AudioMedia, audioFormat } from './audio-format.js';

/** GStreamer's caps for the frames of an audio track, fixed as far as the SDP says; undefined if its format is unknown. */
export const audioCapsText = (media: AudioMedia): string | undefined => {
  const format = audioFormat(media);
  return format && capsOf(format);
};

const capsOf = (format: AudioFormat): string => {
  switch (format.kind) {
    case 'pcm':
      return pcmCaps(format);
    case 'opus':
      return `audio/x-opus, channel-mapping-family=(int)0, rate=(int)48000, channels=(int)${format.channels}`;
    case 'mpa':
      // Layer, rate and channels are in the frames.
      return 'audio/mpeg, mpegversion=(int)1';
    case 'aac':
    case 'latm':
      return aacCaps(format);
  }
};

const pcmCaps = ({ law, bits, rate, channels }: Extract<AudioFormat, { kind: 'pcm' }>): string => {
  const common = `rate=(int)${rate}, channels=(int)${channels}`;
  if (law === 'mulaw' || law === 'alaw') return `audio/x-${law}, ${common}`;
  if (law === 'g726') {
    const bitrate = bits * rate;
    return `audio/x-adpcm, layout=(string)g726, bitrate=(int)${bitrate}, block_align=(int)${bits}, ${common}`;
  }
  // More than two channels need places, or the word that they have none.
  const mask = channels > 2 ? ', channel-mask=(bitmask)0x0' : '';
  return `audio/x-raw, format=(string)S16BE, layout=(string)interleaved, ${common}${mask}`;
};

const aacCaps = ({ config, audioSpecificConfig, channels }: AacStream): string =>
  'audio/mpeg, mpegversion=(int)4, framed=(boolean)true, stream-format=(string)raw, ' +
  `rate=(int)${config.outputRate}, channels=(int)${channels}, codec_data=(buffer)${audioSpecificConfig.toString('hex')}`;
