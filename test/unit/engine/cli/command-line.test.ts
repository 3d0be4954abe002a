import { expect, it } from 'vitest';
import { shownArguments } from '../../../../engine/cli/command-line.js';

it.each<[string[], string[]]>([
  [
    ['record', 'rtsp://user:secret@camera/1', 'rtsp://other/2', '--for', '30s'],
    ['record', 'rtsp://camera/1', 'rtsp://other/2', '--for', '30s'],
  ],
  [
    ['run', 't.json', '--param', 'password=secret', '--param=rtspUrl=rtsp://u:secret@c/1'],
    ['run', 't.json', '--param', 'password=…', '--param=rtspUrl=…'],
  ],
  [
    ['serve', '--iothub-key', 'secret', '--mqtt', 'mqtt://u:secret@broker'],
    ['serve', '--iothub-key', '…', '--mqtt', 'mqtt://broker'],
  ],
  [
    ['camera', '--user', 'u', '--password=secret'],
    ['camera', '--user', 'u', '--password=…'],
  ],
  [
    ['serve', '--data', './data'],
    ['serve', '--data', './data'],
  ],
])('%j can be shown as %j', (args, shown) => {
  expect(shownArguments(args)).toEqual(shown);
  expect(shownArguments(args).join(' ')).not.toContain('secret');
});
