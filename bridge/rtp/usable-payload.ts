/**
 * Payloads that GStreamer's depayloaders are not to see. Those that are too short for what they say they are it reads beyond
 * their end, and loses count of the unit that they would belong to: the next packet then kills its process. Structures that
 * it does not know end its pipeline. What is refused here counts as lost.
 */

const FU_A = 28;
/** STAP-B, MTAP16, MTAP24 and FU-B, of the interleaved mode (RFC 6184 5.2). */
const INTERLEAVED = new Set([25, 26, 27, 29]);

/** An FU-A has an indicator and a header (RFC 6184 5.8). */
export const usableH264 = (payload: Buffer): boolean => {
  const type = (payload[0] ?? 0) & 0x1f;
  return type === FU_A ? payload.length >= 2 : !INTERLEAVED.has(type);
};

const FU = 49;
const PACI = 50;

/** A payload has a header of two bytes, an FU one more (RFC 7798 4.4). */
export const usableH265 = (payload: Buffer): boolean => {
  const type = ((payload[0] ?? 0) >> 1) & 0x3f;
  return type !== PACI && payload.length >= (type === FU ? 3 : 2);
};
