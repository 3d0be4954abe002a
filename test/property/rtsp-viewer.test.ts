import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseCaps } from '../../bridge/filters/caps.js';
import { Places, tunnelOf } from '../../engine/tunnel/tunnel.js';
import { annexB, h264Unit } from '../kit/units.js';
import { VideoRig } from '../kit/video-rig.js';

const REQUESTS = Number(process.env['SLUICE_TEST_REQUESTS'] ?? 1000);
const H264 = parseCaps('video/x-h264, stream-format=(string)byte-stream, width=(int)640, height=(int)360');

const header = fc.constantFrom(
  ...[
    'CSeq: 7',
    'CSeq: x',
    'CSeq: 99999999999',
    'Session: 1',
    'Require: play',
    'Content-Length: 3',
    'Content-Length: -1',
  ],
  ...['Transport: RTP/AVP/TCP;interleaved=0-1', 'Transport: RTP/AVP/TCP;interleaved=999-0', 'Transport: ;;,=', ':', ''],
  ...['Blocksize: 0', 'Blocksize: 99999999', 'Range: npt=0-', 'Range: clock=x', ' folded', 'Transport: RTP/AVP/TCP'],
);
const method = fc.constantFrom(
  'OPTIONS',
  'DESCRIBE',
  'SETUP',
  'PLAY',
  'PAUSE',
  'TEARDOWN',
  'GET_PARAMETER',
  'RECORD',
  'x',
);
const message = fc
  .tuple(method, fc.webUrl(), fc.array(header, { maxLength: 5 }), fc.boolean())
  .map(
    ([what, url, headers, whole]) =>
      `${what} ${url} RTSP/1.0\r\nCSeq: 1\r\n${headers.join('\r\n')}\r\n${whole ? '\r\n' : ''}`,
  );
const bytes = fc.oneof(
  { weight: 6, arbitrary: message.map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((each) => Buffer.from(each)) },
  { weight: 1, arbitrary: fc.constant(Buffer.from('$\x01\x00\x04abcd', 'latin1')) },
);

it('withstands whatever a viewer sends, and gives its place back', async () => {
  const rig = new VideoRig();
  await rig.connected(H264);
  const key = { ...h264Unit(0), payload: annexB([0x67, 0x64, 0, 0x1f, 1], [0x68, 1], [0x65, 1, 2, 3]) };
  rig.camera.ingest.unit(key);
  const places = new Places(1);
  const tunnel = tunnelOf(rig.session, places, rig.clock);
  fc.assert(
    fc.property(fc.array(bytes, { minLength: 1, maxLength: 12 }), (sent) => {
      const answers: Buffer[] = [];
      const closed: number[] = [];
      const viewer = tunnel.view({
        send: (each) => void answers.push(each),
        bufferedAmount: 0,
        close: (code) => void closed.push(code),
      });
      for (const each of sent) viewer.receive(each);
      for (const each of answers) {
        if (each[0] !== 0x24)
          expect(each.toString()).toMatch(/^RTSP\/1\.0 [245]\d\d .*\r\n(?:[\w-]+: [^\r\n]*\r\n)*\r\n/);
      }
      expect(closed.length).toBeLessThanOrEqual(1);
      viewer.stop();
      // Its place is free again, and only once.
      expect(places.take()).toBe(true);
      expect(places.take()).toBe(false);
      places.giveBack();
    }),
    { numRuns: Math.ceil(REQUESTS / 6) },
  );
});
