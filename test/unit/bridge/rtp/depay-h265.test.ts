import { describe, expect, it } from 'vitest';
import { H265Depayloader } from '../../../../bridge/rtp/depay-h265.js';
import { RtpReceiver } from '../../../../bridge/rtp/receiver.js';
import { randomOf } from '../../../kit/motion-planes.js';
import { integer, NalLog, packet, randomBytes, randomNal, randomPayloads } from './collect.js';

/** Pushes payloads as hex, with `!` for the marker; `lost` means that a packet is missing there. */
const depay = (payloads: readonly string[], donl = false): string[] => {
  const log = new NalLog();
  const depayloader = new H265Depayloader(log, donl);
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

describe('H265Depayloader', () => {
  it.each([
    ['single units', ['400107', '420108!'], ['400107', '420108!']],
    ['AP', ['6001 0003 400107 0004 42010808!', '020109!'], ['400107', '42010808!', '020109!']],
    ['FU', ['620193 0102', '620113 03', '620153 04!'], ['260101020304!']],
    ['FU with layer and temporal id', ['630d93 0102', '630d53 04!'], ['270d010204!']],
    ['FU that begins and ends', ['6201d3 0102!'], ['26010102!']],
    ['types of no known meaning', ['6e01 0003!'], ['6e010003!']],
    ['sizes of nothing, or beyond the end', ['6001 0000 0003 400107 0014 42010808!'], ['400107', '42010808!']],
    ['torn payloads', ['', '62', '6201', '60', '6001', '6001 00', '020109!'], ['020109!']],
    ['markers of packets without units', ['!', '020107', '6001!', '02!'], ['!', '020107!!']],
    [
      'no marker in the middle of an FU',
      ['620193 01', '620113 03!', '620153 04!', '020109'],
      ['2601010304!', '020109'],
    ],
    ['an FU without start and marker', ['020107!', '620153 04', '020109!'], ['020107!', '020109!']],
    ['a marker after loss', ['020107', 'lost', '6001!', '020109!'], ['020107', '~!', '020109!']],
  ])('takes %s', (_, payloads, nals) => {
    expect(depay(payloads)).toEqual(nals);
  });

  it.each([
    ['single units', ['4001 0005 07', '4201 0006 08!'], ['400107', '420108!']],
    ['AP', ['6001 0005 0003 400107 00 0004 42010808!', '0201 0000 09!'], ['400107', '42010808!', '020109!']],
    ['FU', ['620193 0005 0102', '620113 03', '620153 04!'], ['260101020304!']],
    ['torn payloads', ['4001', '400100', '6001 00', '620193 00', '020100!'], ['4001', '4001', '2601', '0201!']],
  ])('takes %s with decoding order numbers', (_, payloads, nals) => {
    expect(depay(payloads, true)).toEqual(nals);
  });

  // The units are those that GStreamer 1.22's rtph265depay gives for the same packets.
  it.each([
    ['the middle of an FU is lost', ['620193 0102', 'lost', '620153 04!', '020109!'], ['~!', '020109!']],
    ['an FU has no start', ['020107!', '620113 03', '620153 04!', '020109!'], ['020107!!', '020109!']],
    ['an FU has no end', ['620193 0102', '620113 03!', '020109!'], ['2601010203', '020109!']],
    ['an FU begins twice', ['620193 0102', '620193 03', '620153 05!'], ['26010102', '26010305!']],
  ])('does as GStreamer when %s', (_, payloads, nals) => {
    expect(depay(payloads)).toEqual(nals);
  });

  it.each([
    ['in one packet', ['00000001 400107 000001 420108!'], ['400107', '420108!']],
    ['in fragments', ['620080 00014001', '620040 07000001420108!'], ['400107', '420108!']],
    ['behind a parameter set', ['400107 00000001 260108!'], ['400107', '260108!']],
  ])('takes a byte stream apart: %s', (_, payloads, nals) => {
    expect(depay(payloads)).toEqual(nals);
  });

  it('gives back what was sent, however it was packetised', () => {
    const random = randomOf(2);
    const log = new NalLog();
    const depayloader = new H265Depayloader(log);
    const sent: string[] = [];
    for (let picture = 0; picture < 1000; picture++) {
      const nals = Array.from({ length: integer(random, 1, 5) }, () => randomNal(random, 'h265'));
      for (const payload of randomPayloads(random, 'h265', nals)) {
        depayloader.push(Buffer.from(payload), false, picture, 0, false);
      }
      sent.push(...nals.map((nal) => nal.toString('hex')));
    }
    expect(log.nals.map(({ hex }) => hex)).toEqual(sent);
  });

  it('gives all that came whole, and nothing else, through loss', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const random = randomOf(seed);
      const log = new NalLog();
      const depayloader = new H265Depayloader(log);
      const receiver = new RtpReceiver({ clockRate: 90_000, payloadTypes: [96] });
      const whole: string[] = [];
      let sequence = 65_000;
      for (let unit = 0; unit < 500; unit++) {
        const nal = randomNal(random, 'h265');
        let lost = false;
        for (const payload of randomPayloads(random, 'h265', [nal])) {
          const bytes = packet({ sequence: sequence++, timestamp: unit * 3600, payload });
          if (sequence > 65_001 && random() < 0.05) {
            lost = true;
            continue;
          }
          depayloader.take(receiver.receive(bytes, sequence * 1000)!);
        }
        if (!lost) whole.push(nal.toString('hex'));
      }
      expect(log.nals.map(({ hex }) => hex)).toEqual(whole);
    }
  });

  it('bears anything, with a bounded buffer', () => {
    const random = randomOf(98);
    const sink = { nal: () => {}, mark: () => {} };
    const depayloaders = [new H265Depayloader(sink), new H265Depayloader(sink, true)];
    let most = 0;
    for (let run = 0; run < 100_000; run++) {
      const payload = randomBytes(random, integer(random, 0, 50));
      if (random() < 0.7 && payload.length > 1) payload[0] = integer(random, 47, 51) << 1;
      for (const depayloader of depayloaders) {
        depayloader.push(payload, random() < 0.2, run, random() < 0.01 ? 1 : 0, random() < 0.001);
        most = Math.max(most, depayloader.capacity);
      }
    }
    expect(most).toBeLessThan(512 * 1024);
  });
});
