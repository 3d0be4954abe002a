import { describe, expect, it } from 'vitest';
import { H264Depayloader } from '../../../../bridge/rtp/depay-h264.js';
import { mayEndPicture } from '../../../../bridge/rtp/picture-mark.js';
import { RtpReceiver } from '../../../../bridge/rtp/receiver.js';
import { randomOf } from '../../../kit/motion-planes.js';
import { integer, NalLog, packet, randomBytes, randomNal, randomPayloads } from './collect.js';

/** Pushes payloads as hex, with `!` for the marker; `lost` means that a packet is missing there. */
const depay = (...payloads: string[]): string[] => {
  const log = new NalLog();
  const depayloader = new H264Depayloader(log);
  let lost = 0;
  for (const [index, payload] of payloads.entries()) {
    if (payload === 'lost') lost++;
    else {
      const hex = payload.replaceAll(/[ !]/g, '');
      depayloader.push(Buffer.from(hex, 'hex'), payload.endsWith('!'), index * 1000, lost, false);
      lost = 0;
    }
  }
  return log.text;
};

describe('H264Depayloader', () => {
  it.each([
    ['single units', ['6701', '6802!'], ['6701', '6802!']],
    ['STAP-A', ['18 0002 6701 0003 680203 0001 65!', '4109!'], ['6701', '680203', '65!', '4109!']],
    ['FU-A', ['7c85 0102', '7c05 03', '7c45 04!'], ['6501020304!']],
    ['FU-A that begins and ends', ['7cc5 0102!'], ['650102!']],
    ['FU-A without bytes', ['7c85', '7c05', '7c45 07!'], ['6507!']],
    ['types that mean nothing', ['00 0102', '1e 01', '1f 01', '4109!'], ['4109!']],
    ['sizes of nothing, or beyond the end', ['18 0000 0002 6701 0009 680203!'], ['6701', '680203!']],
    ['torn payloads', ['', '7c', '18', '18 00', '18 00 02', '4109!'], ['4109!']],
    ['markers of packets without units', ['!', '4107', '18!', '1e 01!'], ['!', '4107!!']],
    ['no marker in the middle of an FU', ['7c85 0102', '7c05 03!', '7c45 04!', '4109'], ['6501020304!', '4109']],
    ['an FU without start and marker', ['4107!', '7c05 03', '7c45 04', '4109!'], ['4107!', '4109!']],
    ['a marker after loss', ['4107', 'lost', '18!', '4109!'], ['4107', '~!', '4109!']],
  ])('takes %s', (_, payloads, nals) => {
    expect(depay(...payloads)).toEqual(nals);
  });

  // The units are those that GStreamer 1.22's rtph264depay gives for the same packets.
  it.each([
    ['the middle of an FU is lost', ['7c85 0102', 'lost', '7c45 04!', '410909!'], ['~!', '410909!']],
    ['the end of an FU is lost', ['7c85 0102', 'lost', '410909!'], ['~410909!']],
    ['the start of an FU is lost', ['4107!', 'lost', '7c05 03', '7c45 04!', '4109!'], ['4107!', '~!', '4109!']],
    ['an FU has no start', ['4107!', '7c05 03', '7c45 04!', '4109!'], ['4107!!', '4109!']],
    ['an FU has no end', ['7c85 0102', '7c05 03!', '4109!'], ['65010203', '4109!']],
    ['an FU has no end before STAP-A', ['7c85 0102', '18 0002 6701 0002 6802!'], ['650102', '6701', '6802!']],
    ['an FU begins twice', ['7c85 0102', '7c85 03', '7c45 05!'], ['650102', '650305!']],
    ['a unit of no known type stands in an FU', ['7c85 0102', '1e 01', '7c45 03', '4109!'], ['650102', '4109!']],
    ['packets between units are lost', ['6701', 'lost', 'lost', '4109!', '4108!'], ['6701', '~4109!', '4108!']],
  ])('does as GStreamer when %s', (_, payloads, nals) => {
    expect(depay(...payloads)).toEqual(nals);
  });

  it.each([
    ['in one packet', ['00000001 6701 00000001 6802 000001 6503!'], ['6701', '6802', '6503!']],
    ['in fragments', ['1c80 0000016701', '1c00 0000000168', '1c40 02!'], ['6701', '6802!']],
    ['behind a parameter set', ['6701 00000001 6802 00000001 6503!'], ['6701', '6802', '6503!']],
    ['behind a parameter set, in fragments', ['7c87 01000000', '7c47 016502!'], ['6701', '6502!']],
    ['in STAP-A', ['18 0008 000001 6701 000000!'], ['6701!']],
  ])('takes a byte stream apart: %s', (_, payloads, nals) => {
    expect(depay(...payloads)).toEqual(nals);
  });

  it('lets an unfinished FU go when the camera starts anew', () => {
    const log = new NalLog();
    const depayloader = new H264Depayloader(log);
    const push = (hex: string, fresh: boolean): void => depayloader.push(Buffer.from(hex, 'hex'), false, 0, 0, fresh);
    push('7c850102', true);
    push('7c4503', true);
    push('4109', false);
    push('4108', true);
    expect(log.text).toEqual(['~4109', '~4108']);
  });

  it('gives back what was sent, however it was packetised', () => {
    const random = randomOf(1);
    const log = new NalLog();
    const depayloader = new H264Depayloader(log);
    const sent: string[] = [];
    for (let picture = 0; picture < 1000; picture++) {
      const nals = Array.from({ length: integer(random, 1, 5) }, () => randomNal(random, 'h264'));
      const payloads = randomPayloads(random, 'h264', nals);
      for (const [index, payload] of payloads.entries()) {
        const bytes = Buffer.from(payload);
        depayloader.push(bytes, index === payloads.length - 1, picture, 0, false);
        bytes.fill(0);
      }
      sent.push(
        ...nals.map((nal, index) => `${picture} ${nal.toString('hex')}${index === nals.length - 1 ? '!' : ''}`),
      );
    }
    expect(log.text.map((text, index) => `${log.nals[index]?.pts} ${text}`)).toEqual(sent);
  });

  it('gives all that came whole, and nothing else, through loss, repetition and disorder', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = randomOf(seed);
      const log = new NalLog();
      const depayloader = new H264Depayloader(log);
      const receiver = new RtpReceiver({ clockRate: 90_000, payloadTypes: [96] });
      const sent = new Set<string>();
      const whole: string[] = [];
      let sequence = 65_000;
      const deliver = (bytes: Buffer): void => {
        const got = receiver.receive(bytes, sequence * 1000);
        if (got) depayloader.take(got);
      };
      for (let unit = 0; unit < 500; unit++) {
        const nals = Array.from({ length: integer(random, 1, 3) }, () => randomNal(random, 'h264'));
        for (const nal of nals) sent.add(nal.toString('hex'));
        // Each alone, so that it is known which packets it needs.
        for (const nal of nals) {
          const payloads = randomPayloads(random, 'h264', [nal]);
          let lost = false;
          for (const payload of payloads) {
            const bytes = packet({ sequence: sequence++, timestamp: unit * 3600, payload });
            if (sequence > 65_001 && random() < 0.05) lost = true;
            else {
              deliver(bytes);
              if (random() < 0.05) deliver(bytes);
            }
          }
          if (!lost) whole.push(nal.toString('hex'));
        }
      }
      const found = log.nals.map(({ hex }) => hex);
      expect(found.filter((hex) => !sent.has(hex))).toEqual([]);
      expect(found).toEqual(whole);
      expect(receiver.stats.late).toBeGreaterThan(0);
    }
  });

  it('bears anything, with a bounded buffer', () => {
    const random = randomOf(99);
    let [count, marked, marks, most] = [0, 0, 0, 0];
    const depayloader = new H264Depayloader({
      nal: (nal) => {
        if (nal.length > 0) count++;
      },
      mark: () => marks++,
    });
    for (let run = 0; run < 100_000; run++) {
      const payload = randomBytes(random, integer(random, 0, 50));
      if (random() < 0.7 && payload.length > 1) payload.set([integer(random, 24, 29), integer(random, 0, 3) << 6]);
      const marker = random() < 0.2;
      if (marker && mayEndPicture('h264', payload)) marked++;
      depayloader.push(payload, marker, run, random() < 0.01 ? 1 : 0, random() < 0.001);
      most = Math.max(most, depayloader.capacity);
    }
    expect(most).toBeLessThan(512 * 1024);
    expect(count).toBeGreaterThan(10_000);
    expect(marks).toBe(marked);
  });

  it('bears a unit without an end', () => {
    const log = new NalLog();
    const depayloader = new H264Depayloader(log);
    const fragment = Buffer.alloc(60_000, 1);
    for (let run = 0; run < 1000; run++) {
      fragment.set([0x7c, run === 0 ? 0x85 : 0x05]);
      depayloader.push(fragment, false, 0, 0, false);
      expect(depayloader.capacity).toBeLessThanOrEqual(8 * 1024 * 1024);
    }
    expect([depayloader.oversized, depayloader.capacity, log.nals.length]).toEqual([1, 0, 0]);
  });
});
