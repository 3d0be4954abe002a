import { describe, expect, it } from 'vitest';
import { type Received, RtpReceiver } from '../../../../bridge/rtp/receiver.js';
import { renumber } from '../../../../bridge/rtp/renumber.js';
import { packet } from './collect.js';

const receiver = () => new RtpReceiver({ clockRate: 90_000, payloadTypes: [96] });

const write = (received: Received, target: Buffer): number =>
  renumber(received, received.payload, received.sequence, target);

describe('renumber', () => {
  it('writes the plainest header, with our number and source', () => {
    const target = Buffer.alloc(64, 0xee);
    const full = Buffer.from('b2e01234000000050000000900000001000000029999000112345678650102000003', 'hex');
    const received = receiver().receive(full, 0)!;
    expect(write(received, target)).toBe(15);
    expect(target.toString('hex', 0, 17)).toBe('80e000000000000551751ce0650102eeee');
  });

  it('keeps one source and one timeline when the camera starts anew', () => {
    const from = receiver();
    const target = Buffer.alloc(64);
    write(from.receive(packet({ sequence: 7, timestamp: 2 ** 32 - 1, ssrc: 1 }), 0)!, target);
    expect(target.toString('hex', 0, 12)).toBe('80600000ffffffff51751ce0');
    write(from.receive(packet({ sequence: 99, timestamp: 55, ssrc: 2 }), 40_000)!, target);
    // One number is left out: what was unfinished is to be dropped.
    expect(target.toString('hex', 0, 12)).toBe('8060000200000e0f51751ce0');
  });

  it('sends something else in the name of a packet', () => {
    const target = Buffer.alloc(64);
    const received = receiver().receive(packet({ timestamp: 5, marker: true }), 0)!;
    expect(renumber(received, Buffer.from([0x09, 0x1f]), 0xffff, target)).toBe(14);
    expect(target.toString('hex', 0, 14)).toBe('80e0ffff0000000551751ce0091f');
  });

  it('writes nothing where there is no room', () => {
    const target = Buffer.alloc(13, 0xee);
    expect(write(receiver().receive(packet(), 0)!, target)).toBe(0);
    expect(target.toString('hex')).toBe('ee'.repeat(13));
  });
});
