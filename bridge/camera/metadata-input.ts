import { MetadataDepayloader } from '../rtp/depay-metadata.js';
import type { Received } from '../rtp/receiver.js';
import type { PacketTaker } from './track-input.js';

/** Stands in every document that tells of an event, under whatever prefix. Most only say where things are in a picture. */
const EVENT = Buffer.from('NotificationMessage');

/** Turns the packets of a camera's metadata into the documents that tell of events. */
export class MetadataInput implements PacketTaker {
  readonly #depayloader: MetadataDepayloader;

  /** @param handle given a view that is valid only during the call */
  constructor(handle: (document: Uint8Array) => void) {
    this.#depayloader = new MetadataDepayloader((document) => {
      if (document.includes(EVENT)) handle(document);
    });
  }

  take({ payload, marker, lost, fresh }: Received): void {
    this.#depayloader.push(payload, marker, lost > 0 || fresh);
  }
}
