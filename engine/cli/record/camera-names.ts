import { type CameraUrl, readCameraUrl } from '../../../bridge/rtsp/camera-url.js';
import { messageOf, SluiceError } from '../../core/errors.js';

/** A camera that is to be recorded. */
export interface RecordedCamera {
  /** Of its live pipeline. */
  name: string;
  /** With credentials, if it has any. */
  url: string;
  /** Without them, for people. */
  label: string;
}

/** AVA's limit for names. */
const LONGEST = 32;

/**
 * Names cameras by their hosts. Cameras of one host have the path as well; where this is not enough, or another live
 * pipeline has the name, a number follows.
 *
 * @param taken names of live pipelines that are not to be touched
 * @throws SluiceError `CameraAddressInvalid`
 */
export const namedCameras = (urls: readonly string[], taken: ReadonlySet<string>): RecordedCamera[] => {
  const parsed = urls.map((url, index) => ({ url: url.trim(), parts: partsOf(url, index, urls.length) }));
  refuseTwins(parsed.map(({ parts }) => parts));
  const used = new Set(taken);
  return parsed.map(({ url, parts }) => {
    const alone = parsed.filter((other) => other.parts.host === parts.host).length === 1;
    const words = alone ? parts.host : `${parts.host}${parts.label.replace(/^[a-z]+:\/\/[^/]*/i, '')}`;
    const name = unused(nameOf(words), used);
    used.add(name);
    return { name, url, label: parts.label };
  });
};

const partsOf = (url: string, index: number, count: number): CameraUrl => {
  try {
    return readCameraUrl(url);
  } catch (error) {
    const which = count === 1 ? 'the address of the camera' : `the address of camera ${index + 1} of ${count}`;
    throw new SluiceError('CameraAddressInvalid', `${which} ${messageOf(error)}`, {
      kind: 'invalid',
      hint: "Write it as rtsp://user:password@host[:port]/path, in quotes for the shell. The camera's manual, or its page, has the path.",
    });
  }
};

const refuseTwins = (all: readonly CameraUrl[]): void => {
  const seen = new Set<string>();
  for (const { uri, label } of all) {
    if (seen.has(uri)) {
      throw new SluiceError('CameraAddressInvalid', `${label} is given twice`, {
        kind: 'invalid',
        hint: 'Name each stream once.',
      });
    }
    seen.add(uri);
  }
};

/** Out of any words, what may be the name of a live pipeline. */
const nameOf = (words: string): string => {
  const name = words
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, LONGEST)
    .replace(/-$/, '');
  return name === '' ? 'camera' : name;
};

const unused = (name: string, used: ReadonlySet<string>): string => {
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? '' : `-${number}`;
    const candidate = `${name.slice(0, LONGEST - suffix.length).replace(/-$/, '')}${suffix}`;
    if (!used.has(candidate)) return candidate;
  }
};
