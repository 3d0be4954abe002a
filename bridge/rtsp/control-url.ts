import { type CameraUrl, readCameraUrl } from './camera-url.js';
import { headerOf, type Response } from './message.js';

/**
 * The URL that the controls of a description are relative to (RFC 2326 C.1.1): what the answer says, or what was asked for.
 * It is only ever sent to the camera that named it, so a host in it that is not ours, as behind address translation, does
 * no harm.
 */
export const baseOf = (asked: CameraUrl, answer: Response): string =>
  usable(headerOf(answer, 'content-base')) ?? usable(headerOf(answer, 'content-location')) ?? asked.uri;

/** What a track, or the session as a whole, is called in requests. `*`, or nothing, is the base itself. */
export const controlUrl = (base: string, control: string | undefined): string => {
  if (control === undefined || control === '*' || control === '') return base;
  const absolute = usable(control);
  if (absolute !== undefined) return absolute;
  // As cameras mean it and all clients do it: put behind, whatever the base ends with. That is not how URLs are resolved.
  return `${base.replace(/\/$/, '')}/${control.replace(/^\//, '').replace(/[^\x21-\x7e]+/g, '')}`;
};

/** Without the credentials that some cameras put into it. */
const usable = (url: string | undefined): string | undefined => {
  if (url === undefined || !/^rtsps?:\/\//i.test(url.trim())) return undefined;
  try {
    return readCameraUrl(url).uri;
  } catch {
    return undefined;
  }
};
