import { type AudioMedia, audioFormat } from './audio-format.js';
import type { AudioDepayloader, AudioSink } from './audio-frames.js';
import { AacDepayloader } from './depay-aac.js';
import { LatmDepayloader } from './depay-latm.js';
import { MpaDepayloader } from './depay-mpa.js';
import { OpusDepayloader } from './depay-opus.js';
import { PcmDepayloader } from './depay-pcm.js';

/** What turns the packets of an audio track into frames; undefined if its format is unknown. */
export const audioDepayloader = (media: AudioMedia, sink: AudioSink): AudioDepayloader | undefined => {
  const format = audioFormat(media);
  switch (format?.kind) {
    case 'pcm':
      return new PcmDepayloader(format, sink);
    case 'opus':
      return new OpusDepayloader(sink);
    case 'mpa':
      return new MpaDepayloader(sink);
    case 'aac':
      return new AacDepayloader(format, sink);
    case 'latm':
      return new LatmDepayloader(format.config, sink);
    case undefined:
      return undefined;
  }
};
