import type { NalSink } from '../rtp/nal-assembler.js';
import type { IngestHandlers, NalCodec } from '../types.js';
import { UnitAssembler } from '../units/unit-assembler.js';
import { parseCaps } from './caps.js';

/** Where a camera's video goes. */
export type UnitHandlers = Pick<IngestHandlers, 'onCaps' | 'onUnit' | 'onStray'>;

/** Takes NAL units. */
export interface VideoUnits extends NalSink {
  /** Nothing more comes: what is there is handed on. */
  end(): void;
}

/**
 * Makes units of NAL units.
 *
 * @param sets parameter sets that are known already, base64
 */
export const videoUnits = (
  codec: NalCodec,
  sets: readonly string[],
  { onCaps, onUnit, onStray }: UnitHandlers,
): VideoUnits => {
  const assembler = new UnitAssembler(codec, {
    onFormat: (text) => onCaps(parseCaps(text)),
    onUnit: ({ pts, key, settling, quantiser, damaged, payload }) =>
      onUnit({ track: 'video', pts, dts: null, duration: null, key, settling, quantiser, discont: damaged, payload }),
    onStray,
  });
  for (const set of sets) assembler.seed(Buffer.from(set, 'base64'));
  return assembler;
};
