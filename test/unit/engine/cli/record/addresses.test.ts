import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { cameraAddresses } from '../../../../../engine/cli/record/addresses.js';
import { tempDir } from '../../../../kit/temp-dir.js';

const fileWith = (text: string): string => {
  const file = join(tempDir(), 'cameras');
  writeFileSync(file, text);
  return file;
};
const stdin = (text: string) => Readable.from([Buffer.from(text)]);

it('takes addresses from the command line, standard input and a file', async () => {
  const file = fileWith('# the yard\nrtsp://c\n\n  rtsp://d  \r\n');
  const read = await cameraAddresses(['rtsp://a', '-'], file, {}, stdin('rtsp://b\n#none'));
  expect(read).toEqual(['rtsp://a', 'rtsp://b', 'rtsp://c', 'rtsp://d']);
});

it('takes those in the environment only where there are no others, and leaves none to child processes', async () => {
  const env = { SLUICE_RECORD_URLS: ' rtsp://u:p@a rtsp://b\n' };
  expect(await cameraAddresses([], undefined, { ...env }, stdin(''))).toEqual(['rtsp://u:p@a', 'rtsp://b']);
  const taken: NodeJS.ProcessEnv = { ...env };
  expect(await cameraAddresses(['rtsp://c'], undefined, taken, stdin(''))).toEqual(['rtsp://c']);
  expect(taken).toEqual({});
});

it('says what to do where there is none, or the file cannot be read', async () => {
  await expect(cameraAddresses([], undefined, {}, stdin(''))).rejects.toMatchObject({
    code: 'CameraAddressMissing',
    kind: 'invalid',
    hint: expect.stringContaining('SLUICE_RECORD_URLS'),
  });
  await expect(cameraAddresses(['-'], undefined, {}, stdin('\n'))).rejects.toMatchObject({
    code: 'CameraAddressMissing',
  });
  const file = join(tempDir(), 'none');
  await expect(cameraAddresses([], file, {}, stdin(''))).rejects.toMatchObject({
    code: 'CameraAddressesUnreadable',
    where: { file },
  });
});
