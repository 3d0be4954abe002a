/** So many packets in a row of a payload type that the SDP does not have, and none that it has: the SDP is wrong. */
const ENOUGH = 20;
/** The payload types that RTCP on the same channel seems to have (RFC 5761 4). */
const RTCP_FROM = 64;
const RTCP_TO = 95;
const NONE = -1;

/** Which payload types belong to a track: those of its m= line, or else the one that the camera sends instead. */
export class PayloadTypes {
  readonly #described: readonly number[];
  #foreign = NONE;
  #count = 0;
  #adopted = NONE;

  constructor(described: readonly number[]) {
    this.#described = described;
  }

  /** @param heard whether a packet of this track was accepted before */
  accepts(payloadType: number, heard: boolean): boolean {
    if (this.#described.includes(payloadType)) {
      this.#adopted = NONE;
      return true;
    }
    if (payloadType === this.#adopted) return true;
    if (heard || (payloadType >= RTCP_FROM && payloadType <= RTCP_TO)) return false;
    if (payloadType !== this.#foreign) this.#count = 0;
    this.#foreign = payloadType;
    if (this.#count++ < ENOUGH) return false;
    this.#adopted = payloadType;
    return true;
  }
}
