import { readFileSync } from 'node:fs';
import { text as textOf } from 'node:stream/consumers';
import { messageOf, SluiceError } from '../../core/errors.js';

/** Addresses of cameras, separated by white space. The shells' history and the process list do not see it. */
const VARIABLE = 'SLUICE_RECORD_URLS';

/**
 * The addresses of the cameras: those on the command line, where `-` stands for standard input, and those in a file. Without
 * either, those in the environment, from which they are removed: child processes have no use for them.
 *
 * @throws SluiceError `CameraAddressMissing`; `CameraAddressesUnreadable`
 */
export const cameraAddresses = async (
  given: readonly string[],
  file: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
  stdin: NodeJS.ReadableStream = process.stdin,
): Promise<string[]> => {
  const fromEnvironment = (env[VARIABLE] ?? '').split(/\s+/).filter(Boolean);
  delete env[VARIABLE];
  const addresses = given.filter((address) => address !== '-');
  if (addresses.length < given.length) addresses.push(...linesOf(await textOf(stdin)));
  if (file !== undefined) addresses.push(...linesOf(read(file)));
  if (given.length === 0 && file === undefined) addresses.push(...fromEnvironment);
  if (addresses.length === 0) {
    throw new SluiceError('CameraAddressMissing', 'no address of a camera is given', {
      kind: 'invalid',
      hint:
        "Name it: sluice record 'rtsp://user:password@host/path'. To keep passwords out of the process list, write addresses " +
        `into a file (--urls FILE), into ${VARIABLE}, or on standard input (sluice record -). Without a camera at hand: sluice camera --scene yard`,
    });
  }
  return addresses;
};

/** One address in a line; # begins a comment. */
const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new SluiceError('CameraAddressesUnreadable', `the addresses cannot be read: ${messageOf(error)}`, {
      kind: 'invalid',
      where: { file },
      hint: 'It is a text file with one address in each line.',
    });
  }
};
