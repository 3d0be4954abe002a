import type { GdpHandlers } from '../lanes/gdp-reader.js';
import type { NalSink } from '../rtp/nal-assembler.js';
import { isPictureMark, PTS_BASE_MICROS } from '../rtp/picture-mark.js';
import type { DescribedVideo, EncodedUnit, NalCodec } from '../types.js';
import { parseCaps } from './caps.js';
import { type UnitHandlers, videoUnits } from './video-units.js';

/** Takes what an ingest host sends of a camera's video. */
export interface VideoLane extends GdpHandlers {
  /** Nothing more comes: what is there is handed on. */
  end(): void;
}

export const videoLane = ({ codec, sets }: DescribedVideo, handlers: UnitHandlers): VideoLane => {
  if (codec === 'mjpeg') return jpegLane(handlers);
  const units = videoUnits(codec, sets, handlers);
  return {
    // It is made of the parameter sets.
    onCaps: () => {},
    onBuffer: (buffer) => readNal(codec, buffer, units),
    end: () => units.end(),
  };
};

/** Each NAL unit comes in a packet of its own. */
const readNal = (codec: NalCodec, { payload, pts, discont }: EncodedUnit, sink: NalSink): void => {
  const nal = payload.subarray(startCodeLength(payload));
  const time = (pts ?? PTS_BASE_MICROS) - PTS_BASE_MICROS;
  if (isPictureMark(codec, nal)) sink.mark(time, discont);
  else sink.nal(nal, time, discont);
};

const startCodeLength = (bytes: Uint8Array): number => {
  const zeros = bytes[0] !== 0 || bytes[1] !== 0 ? 0 : bytes[2] === 0 ? 3 : 2;
  return zeros > 0 && bytes[zeros] === 1 ? zeros + 1 : 0;
};

/** Each picture comes in a packet of its own, and the pictures' size in front of the first that has it. */
const jpegLane = ({ onCaps, onUnit }: UnitHandlers): VideoLane => {
  let caps = '';
  let told = '';
  return {
    onCaps: (text) => {
      caps = text;
    },
    onBuffer: (buffer) => {
      if (caps !== told) onCaps(parseCaps(caps));
      told = caps;
      onUnit({ ...buffer, pts: buffer.pts === null ? null : buffer.pts - PTS_BASE_MICROS, key: true });
    },
    end: () => {},
  };
};
