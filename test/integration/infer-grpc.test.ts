import { rmSync, writeFileSync } from 'node:fs';
import { Client, type ClientDuplexStream, credentials, Metadata, status } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  decodeMessage,
  encodeMessage,
  METHOD,
  type WireDescriptor,
  type WireMessage,
} from '../../engine/inference/grpc/contract.js';
import { encodedPicture, HEIGHT, rawPicture, WIDTH } from '../kit/inference-servers/sign-picture.js';
import { type InferProcess, noDetector, startInfer } from '../kit/inference-servers/sluice-infer.js';

const HANDLE = `sluice-infer-test-${process.pid}`;
const JPEG = 1;
const RAW = 3;

const descriptorOf = (encoding: number, pixelFormat = 0, more: Partial<WireDescriptor> = {}): WireDescriptor => ({
  graphIdentifier: { graphInstanceName: 'yard', graphNodeName: 'inference' },
  mediaDescriptor: {
    timescale: 90_000,
    videoFrameSampleFormat: { encoding, pixelFormat, dimensions: { width: WIDTH, height: HEIGHT } },
  },
  ...more,
});

describe.skipIf(noDetector)(`sluice infer over gRPC${noDetector ? ` (${noDetector})` : ''}`, () => {
  let server: InferProcess;
  let client: Client;
  const sign = encodedPicture('sign', 'mjpeg');
  const nothing = encodedPicture('nothing', 'mjpeg');
  const open: ClientDuplexStream<WireMessage, WireMessage>[] = [];

  beforeAll(async () => {
    server = await startInfer(['--grpc', '0'], { SLUICE_INFER_TOKEN: 'key' });
    client = new Client(server.grpc, credentials.createInsecure());
  });
  afterEach(() => {
    for (const stream of open.splice(0)) stream.cancel();
    rmSync(`/dev/shm/${HANDLE}`, { force: true });
  });
  afterAll(async () => {
    client?.close();
    await server?.stop();
  });

  /** Sends all messages at once; resolves with the answers when the server has ended the stream. */
  const talk = (messages: readonly WireMessage[], token = 'key') => {
    const metadata = new Metadata();
    metadata.set('x-ms-authentication', `Basic ${Buffer.from(`user:${token}`).toString('base64')}`);
    const stream = client.makeBidiStreamRequest(METHOD, encodeMessage, decodeMessage, metadata);
    open.push(stream);
    const answers: WireMessage[] = [];
    stream.on('data', (answer: WireMessage) => answers.push(answer));
    stream.on('error', () => {});
    const ended = new Promise<{ code: number; details: string }>((resolve) => stream.on('status', resolve));
    messages.forEach((message, index) => void stream.write({ sequenceNumber: index + 1, ...message }));
    stream.end();
    return ended.then(({ code, details }) => ({ code, details, answers }));
  };
  const embedded = (bytes: Uint8Array, timestamp: number): WireMessage => ({
    mediaSample: { timestamp, contentBytes: { bytes } },
  });
  const tags = ({ mediaSample }: WireMessage): (string | undefined)[] =>
    (mediaSample?.inferences ?? []).map((inference) => inference.entity?.tag?.value);

  it('answers the descriptor, then every picture, in order and with its time', async () => {
    const pictures = [sign, nothing, nothing, sign, sign, nothing, nothing];
    const samples = pictures.map((picture, index) => embedded(picture, 9_000 * (index + 1)));
    const { code, answers } = await talk([{ mediaStreamDescriptor: descriptorOf(JPEG) }, ...samples]);
    expect(code).toBe(status.OK);
    expect(answers.map(({ sequenceNumber, ackSequenceNumber }) => [sequenceNumber, ackSequenceNumber])).toEqual(
      Array.from({ length: 8 }, (_, index) => [index + 1, index + 1]),
    );
    expect(answers[0]!.mediaStreamDescriptor?.extensionIdentifier).toBe('sluice-infer');
    const rest = answers.slice(1);
    expect(rest.map((answer) => answer.mediaSample?.timestamp)).toEqual(
      pictures.map((_, index) => 9_000 * (index + 1)),
    );
    expect(rest.map(tags)).toEqual(pictures.map((picture) => (picture === sign ? ['stop sign'] : [])));
    const [found] = rest[0]!.mediaSample!.inferences!;
    expect(found).toMatchObject({ type: 3, subtype: 'objectDetection', value: 'entity' });
    expect(found!.entity!.box).toEqual({
      l: expect.closeTo(0.39, 1),
      t: expect.closeTo(0.2, 1),
      w: expect.closeTo(0.22, 1),
      h: expect.closeTo(0.4, 1),
    });
  });

  it('reads pictures from shared memory', async () => {
    const [first, second] = [rawPicture('nothing'), rawPicture('sign')];
    const offset = 64 * 1024 * 8;
    const memory = Buffer.alloc(offset + second.length);
    first.copy(memory);
    second.copy(memory, offset);
    writeFileSync(`/dev/shm/${HANDLE}`, memory);
    const sharedMemoryBufferTransferProperties = { handleName: HANDLE, lengthBytes: memory.length };
    const shared = (addressOffset: number): WireMessage => ({
      mediaSample: { timestamp: 1, contentReference: { addressOffset, lengthBytes: first.length } },
    });
    const descriptor = descriptorOf(RAW, 20, { sharedMemoryBufferTransferProperties });
    const { answers } = await talk([{ mediaStreamDescriptor: descriptor }, shared(0), shared(offset)]);
    expect(answers.slice(1).map(tags)).toEqual([[], ['stop sign']]);
    expect(await talk([{ mediaStreamDescriptor: descriptor }, shared(offset + 1)])).toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: expect.stringContaining('not inside'),
    });
  });

  it("takes what to look for from the topology's configuration of the extension", async () => {
    const descriptor = descriptorOf(JPEG, 0, { extensionConfiguration: 'object=person&confidence=0.5' });
    const { answers } = await talk([{ mediaStreamDescriptor: descriptor }, embedded(sign, 1)]);
    expect(answers.slice(1).map(tags)).toEqual([[]]);
  });

  it.each([
    ['a stream without a descriptor', [embedded(sign, 1)], 'must be a descriptor'],
    ['no description of the pictures', [{ mediaStreamDescriptor: {} }], 'does not say what the pictures are'],
    ['raw pixels of no format', [{ mediaStreamDescriptor: descriptorOf(RAW) }], 'no pixel format 0'],
    ['memory that is a path', [{ mediaStreamDescriptor: inMemory('../../etc/passwd') }], 'cannot be the name'],
    ['memory that is not there', [{ mediaStreamDescriptor: inMemory('sluice-not-there') }], 'cannot be opened'],
    [
      'a picture that is none',
      [{ mediaStreamDescriptor: descriptorOf(JPEG) }, embedded(Buffer.from('x'), 1)],
      'neither',
    ],
    ['a sample without a picture', [{ mediaStreamDescriptor: descriptorOf(JPEG) }, { mediaSample: {} }], 'no content'],
  ] as const)('refuses %s', async (_what, messages, details) => {
    expect(await talk(messages)).toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: expect.stringContaining(details),
    });
  });

  it('answers nobody without the token', async () => {
    const message = { mediaStreamDescriptor: descriptorOf(JPEG) };
    expect(await talk([message], 'wrong')).toMatchObject({ code: status.UNAUTHENTICATED, answers: [] });
  });

  it('goes on when clients have gone in the middle, and ends in spite of open streams', async () => {
    const stream = client.makeBidiStreamRequest(METHOD, encodeMessage, decodeMessage, authorized());
    open.push(stream);
    stream.on('error', () => {});
    stream.write({ sequenceNumber: 1, mediaStreamDescriptor: descriptorOf(JPEG) });
    for (let number = 2; number < 8; number++) stream.write({ sequenceNumber: number, ...embedded(sign, number) });
    await new Promise((resolve) => stream.once('data', resolve));
    stream.cancel();
    const { answers } = await talk([{ mediaStreamDescriptor: descriptorOf(JPEG) }, embedded(sign, 1)]);
    expect(answers.slice(1).map(tags)).toEqual([['stop sign']]);
    const left = client.makeBidiStreamRequest(METHOD, encodeMessage, decodeMessage, authorized());
    left.on('error', () => {});
    left.write({ sequenceNumber: 1, mediaStreamDescriptor: descriptorOf(JPEG) });
    await new Promise((resolve) => left.once('data', resolve));
    expect(await server.stop()).toBe(0);
  });
});

function inMemory(handleName: string): WireDescriptor {
  return descriptorOf(JPEG, 0, { sharedMemoryBufferTransferProperties: { handleName, lengthBytes: 10 } });
}

function authorized(): Metadata {
  const metadata = new Metadata();
  metadata.set('authorization', 'Bearer key');
  return metadata;
}
