import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage } from '../../../../../engine/inference/grpc/contract.js';
import { describeStream, shapeOf } from '../../../../../engine/inference/grpc/descriptor.js';
import type { ServerImage } from '../../../../../engine/inference/types.js';

const raw: ServerImage = {
  ...{ format: { kind: 'raw', pixelFormat: 'bgr24' }, width: 416, height: 300, strideBytes: 1248 },
  data: Buffer.alloc(0),
};
const identity = { pipeline: 'front', node: 'yolo' };

describe('messages', () => {
  it('have the bytes of the contract', () => {
    const message = {
      sequenceNumber: 2,
      mediaSample: { timestamp: 300, contentReference: { addressOffset: 4096, lengthBytes: 5 } },
    };
    // Tag and value of each field, by hand.
    expect(encodeMessage(message).toString('hex')).toBe(`0802${'320a'}08ac02${'3205'}0880201005`);
    expect(encodeMessage({ sequenceNumber: 3, mediaSample: { contentBytes: { bytes: Buffer.from('ab') } } })).toEqual(
      Buffer.from(`0803${'3206'}${'2a04'}${'0a02'}6162`, 'hex'),
    );
  });

  it('begin a stream with who asks and what is sent', () => {
    const mediaStreamDescriptor = describeStream(
      { identity, extensionConfiguration: '{"a":1}', sharedMemory: { handle: 'pictures', size: 1048576 } },
      raw,
    );
    const read = decodeMessage(encodeMessage({ sequenceNumber: 1, mediaStreamDescriptor }));
    expect(read).toMatchObject({
      sequenceNumber: 1,
      mediaStreamDescriptor: {
        graphIdentifier: { graphInstanceName: 'front', graphNodeName: 'yolo' },
        extensionConfiguration: '{"a":1}',
        mediaDescriptor: {
          timescale: 90000,
          videoFrameSampleFormat: {
            encoding: 3,
            pixelFormat: 61,
            dimensions: { width: 416, height: 300 },
            strideBytes: 1248,
          },
        },
        sharedMemoryBufferTransferProperties: { handleName: 'pictures', lengthBytes: 1048576 },
      },
    });
  });

  it('tell a stride of raw pictures only, and shared memory only if there is any', () => {
    const jpeg: ServerImage = { ...raw, format: { kind: 'jpeg', quality: 80 } };
    expect(describeStream({ identity }, jpeg)).toEqual({
      graphIdentifier: { graphInstanceName: 'front', graphNodeName: 'yolo' },
      mediaDescriptor: {
        timescale: 90000,
        videoFrameSampleFormat: { encoding: 1, pixelFormat: 0, dimensions: { width: 416, height: 300 } },
      },
    });
  });

  it('carry times of 2100 without rounding', () => {
    const timestamp = Date.UTC(2100, 0, 1) * 90 + 1;
    expect(decodeMessage(encodeMessage({ mediaSample: { timestamp } })).mediaSample?.timestamp).toBe(timestamp);
  });

  it('are refused if they are none', () => {
    expect(() => decodeMessage(Buffer.from('32ff', 'hex'))).toThrow();
    expect(() => decodeMessage(Buffer.from('0880', 'hex'))).toThrow();
    expect(decodeMessage(Buffer.alloc(0))).toEqual({});
  });
});

describe('pictures of one shape', () => {
  it('differ in size, format or layout, not in quality', () => {
    const jpeg = (quality: number): ServerImage => ({ ...raw, format: { kind: 'jpeg', quality } });
    expect(shapeOf(jpeg(10))).toBe(shapeOf(jpeg(90)));
    const others = [raw, jpeg(10), { ...raw, width: 415 }, { ...raw, strideBytes: 1250 }];
    expect(
      new Set([...others, { ...raw, format: { kind: 'raw', pixelFormat: 'rgb24' } as const }].map(shapeOf)).size,
    ).toBe(5);
  });
});
