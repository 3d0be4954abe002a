import { SluiceError } from '../core/errors.js';

export type OnvifErrorCode =
  | 'OnvifUnreachable' // no connection, or it broke
  | 'OnvifTimeout'
  | 'OnvifUnauthorized'
  | 'OnvifBadAnswer' // not ONVIF, or too much of it
  | 'OnvifFault' // the device says no
  | 'OnvifUnsupported'; // the device has no such service

const KINDS = {
  OnvifUnreachable: 'unavailable',
  OnvifTimeout: 'unavailable',
  OnvifUnauthorized: 'unauthorized',
  OnvifBadAnswer: 'unavailable',
  OnvifFault: 'unavailable',
  OnvifUnsupported: 'unsupported',
} as const;

/** Texts hold nothing of the credentials. */
export class OnvifError extends SluiceError {
  override readonly code: OnvifErrorCode;

  constructor(code: OnvifErrorCode, message: string, cause?: unknown) {
    super(code, message, { kind: KINDS[code], ...(cause === undefined ? {} : { cause }) });
    this.code = code;
  }

  /** The same, told in other words. */
  reworded(message: string): OnvifError {
    return new OnvifError(this.code, message);
  }
}

/** The device says something else than what was asked for. */
export const notUnderstood = (what: string): OnvifError =>
  new OnvifError('OnvifBadAnswer', `the answer of the device is not understood: ${what}`);

/** The device says what nobody should have to read. */
export const refused = (what: string): OnvifError =>
  new OnvifError('OnvifBadAnswer', `the answer is refused: it ${what}`);

/** Few devices know every question. Those that do not answer at all, or refuse us, are another matter. */
export const optional = async <T>(ask: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await ask();
  } catch (thrown) {
    if (thrown instanceof OnvifError && (thrown.code === 'OnvifFault' || thrown.code === 'OnvifBadAnswer'))
      return undefined;
    throw thrown;
  }
};
