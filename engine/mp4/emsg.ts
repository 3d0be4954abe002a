import { fullBox, text, u32, u64 } from './box-writer.js';

/** Events that AVA's players draw over the picture. */
export const AVA_EVENTS = 'urn:msft:media:ava:event:2020:json';

export interface MediaEvent {
  /** When it happened, in ticks since the epoch. */
  time: number;
  timescale: number;
  /** How long it holds, in ticks. */
  duration: number;
  /** Differs for different events of a video. */
  id: number;
  payload: Uint8Array;
}

/** A version-1 event message box (ISO/IEC 23009-1, 5.10.3.3), to be put in front of a moof. */
export const emsg = (scheme: string, { time, timescale, duration, id, payload }: MediaEvent): Buffer =>
  fullBox('emsg', 1, 0, u32(timescale), u64(time), u32(duration, id), text(scheme), text(''), payload);
