import fc from 'fast-check';
import { expect, it } from 'vitest';
import { H264Depayloader } from '../../../../bridge/rtp/depay-h264.js';
import { readRtp } from '../../../../bridge/rtp/packet.js';
import { payH264 } from '../../../../bridge/rtp/pay-h264.js';
import { NalLog } from './collect.js';

const nal = fc
  .tuple(fc.constantFrom(0x65, 0x41, 0x67, 0x68, 0x06), fc.uint8Array({ minLength: 1, maxLength: 400 }))
  .map(([head, body]) => Uint8Array.of(head, ...body, 0x80));

it('gives packets of which the same NAL units are made', () => {
  fc.assert(
    fc.property(fc.array(nal, { minLength: 1, maxLength: 6 }), fc.integer({ min: 3, max: 200 }), (nals, most) => {
      const head = { payloadType: 96, ssrc: 7, timestamp: 2 ** 32 + 5, sequence: 65_535 };
      const packets = payH264(nals, head, most);
      const log = new NalLog();
      const depay = new H264Depayloader(log);
      for (const [index, bytes] of packets.entries()) {
        const packet = readRtp(bytes)!;
        expect(packet.payload.length).toBeLessThanOrEqual(most);
        expect(packet).toMatchObject({ payloadType: 96, ssrc: 7, timestamp: 5, sequence: (65_535 + index) & 0xffff });
        expect(packet.marker).toBe(index + 1 === packets.length);
        depay.push(packet.payload, packet.marker, 0, 0, false);
      }
      expect(log.nals.map(({ hex }) => hex)).toEqual(nals.map((each) => Buffer.from(each).toString('hex')));
    }),
  );
});
