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
}
