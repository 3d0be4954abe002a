import type { CameraDescription } from '../../bridge/types.js';

/** Takes a camera's ONVIF metadata. */
export interface MetadataReader {
  /** A document that tells of events. Its bytes are valid only during the call. */
  onDocument(document: Uint8Array): void;
  /** The camera sends none, and why. Once for each connection. */
  onNone(message: string): void;
  /** The connection has ended: what was told may not hold any more. */
  onLost(): void;
}

const NONE =
  'the camera offers no track with ONVIF metadata (m=application, vnd.onvif.metadata): switch metadata on for its stream';
const UNREADABLE =
  'the camera offers its ONVIF metadata compressed or as EXI only, which cannot be read: set it to plain XML';

/** The ONVIF metadata of a camera, which it is asked for while somebody reads it. */
export class CameraMetadata {
  readonly #renegotiate: () => void;
  readonly #call: (what: () => void) => void;
  readonly #readers = new Set<MetadataReader>();
  #none: string | undefined;

  /**
   * @param renegotiate the camera is to be asked for its metadata, if it has not been
   * @param call calls a reader, which may throw
   */
  constructor(renegotiate: () => void, call: (what: () => void) => void) {
    this.#renegotiate = renegotiate;
    this.#call = call;
  }

  get wanted(): boolean {
    return this.#readers.size > 0;
  }

  /** Until the returned function is called. The camera goes on sending until it connects again. */
  read(reader: MetadataReader): () => void {
    const isFirst = !this.wanted;
    this.#readers.add(reader);
    if (isFirst) this.#renegotiate();
    if (this.#none !== undefined) reader.onNone(this.#none);
    return () => void this.#readers.delete(reader);
  }

  described(metadata: CameraDescription['metadata']): void {
    if (this.wanted && metadata !== 'taken') this.refused(metadata === 'unreadable' ? UNREADABLE : NONE);
  }

  refused(message: string): void {
    this.#none = message;
    this.#tell((reader) => reader.onNone(message));
  }

  document(document: Uint8Array): void {
    this.#tell((reader) => reader.onDocument(document));
  }

  connectionEnded(): void {
    this.#none = undefined;
    this.#tell((reader) => reader.onLost());
  }

  #tell(what: (reader: MetadataReader) => void): void {
    for (const reader of [...this.#readers]) this.#call(() => what(reader));
  }
}
