/**
 * A small set of kinds decides what happens next (retry, refuse, report); the code says exactly what went wrong.
 * docs/ref/errors.md lists the codes.
 */
export type ErrorKind =
  | 'invalid' // the caller's input is wrong; trying again unchanged cannot help
  | 'notFound'
  | 'conflict' // the state of the resource forbids it now
  | 'unauthorized'
  | 'unavailable' // a camera, host, disk or peer is away; trying again may help
  | 'exhausted' // a limit is reached: disk, memory, queue
  | 'unsupported'
  | 'internal';

/** Where it happened. Every field that is known is set. */
export interface ErrorPlace {
  pipeline?: string;
  node?: string;
  camera?: string;
  /** JSON pointer into the document that was refused. */
  pointer?: string;
  file?: string;
}

export interface SluiceErrorOptions {
  kind: ErrorKind;
  where?: ErrorPlace;
  /** What the reader can do about it, one sentence. */
  hint?: string;
  cause?: unknown;
}

/** The one error class of the engine's public surface. Messages never contain credentials. */
export class SluiceError extends Error {
  override readonly name = 'SluiceError';
  readonly code: string;
  readonly kind: ErrorKind;
  readonly where: ErrorPlace;
  readonly hint: string | undefined;

  constructor(code: string, message: string, options: SluiceErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.kind = options.kind;
    this.where = options.where ?? {};
    this.hint = options.hint;
  }
}

/** Message of anything thrown, for logs and events. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

/** The `code` of a Node.js system error, if `thrown` is one. */
export const systemCode = (thrown: unknown): string | undefined =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
