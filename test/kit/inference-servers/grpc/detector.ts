import { closeSync, openSync, readSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { Server, ServerCredentials, type ServerDuplexStream, status } from '@grpc/grpc-js';
import {
  decodeMessage,
  encodeMessage,
  METHOD,
  type WireDescriptor,
  type WireInference,
  type WireSample,
} from '../../../../engine/inference/grpc/contract.js';
import { BlobDetector, greenOf } from '../blob-detector.js';

interface Box {
  l: number;
  t: number;
  w: number;
  h: number;
}

/** What a server sees in its picture with this number, from 0. */
export type Looking = (picture: Buffer, descriptor: WireDescriptor, number: number) => Box | undefined;

/** Looks at raw pixels, 3 bytes each; one detector for each stream. */
export const lookingAtPixels = (): Looking => {
  const detectors = new Map<WireDescriptor, BlobDetector>();
  return (picture, descriptor) => {
    const detector = detectors.get(descriptor) ?? new BlobDetector();
    detectors.set(descriptor, detector);
    const { dimensions, strideBytes = 0 } = descriptor.mediaDescriptor?.videoFrameSampleFormat ?? {};
    const { width = 0, height = 0 } = dimensions ?? {};
    return detector.find(greenOf(picture, width, height, strideBytes));
  };
};

/** A gRPC server that finds persons, and says nothing where there is none. */
export class GrpcDetector {
  readonly descriptors: WireDescriptor[] = [];
  /** What came beside the pictures. */
  readonly found: WireInference[][] = [];
  readonly #server = new Server();
  #looking: Looking;
  samples = 0;
  /** First bytes of the first picture. */
  beginning: Buffer | undefined;
  url = '';

  constructor(looking: Looking) {
    this.#looking = looking;
  }

  static async start(looking: Looking): Promise<GrpcDetector> {
    const detector = new GrpcDetector(looking);
    await detector.#listen();
    return detector;
  }

  async close(): Promise<void> {
    this.#server.forceShutdown();
  }

  async #listen(): Promise<void> {
    const same = (bytes: Buffer): Buffer => bytes;
    this.#server.addService(
      {
        process: {
          ...{ path: METHOD, requestStream: true, responseStream: true },
          ...{ requestSerialize: same, requestDeserialize: same, responseSerialize: same, responseDeserialize: same },
        },
      },
      { process: (call: ServerDuplexStream<Buffer, Buffer>) => this.#serve(call) },
    );
    const port = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    this.url = `tcp://127.0.0.1:${port satisfies AddressInfo['port']}`;
  }

  #serve(call: ServerDuplexStream<Buffer, Buffer>): void {
    let descriptor: WireDescriptor = {};
    let memory: number | undefined;
    let sequenceNumber = 0;
    call.on('error', () => {});
    call.on('end', () => call.end());
    call.on('close', () => {
      if (memory !== undefined) closeSync(memory);
    });
    call.on('data', (bytes: Buffer) => {
      const message = decodeMessage(bytes);
      const ackSequenceNumber = message.sequenceNumber ?? 0;
      sequenceNumber += 1;
      if (message.mediaStreamDescriptor) {
        descriptor = message.mediaStreamDescriptor;
        this.descriptors.push(descriptor);
        // Once: its name is gone as soon as the client is, and samples may still come.
        try {
          memory = openMemory(descriptor);
        } catch (error) {
          call.emit('error', { code: status.INVALID_ARGUMENT, details: String(error) });
          return;
        }
        const mediaStreamDescriptor = { extensionIdentifier: 'test' };
        call.write(encodeMessage({ sequenceNumber, ackSequenceNumber, mediaStreamDescriptor }));
      } else if (message.mediaSample) {
        this.found.push(message.mediaSample.inferences ?? []);
        const picture = pictureOf(message.mediaSample, memory);
        this.beginning ??= Buffer.from(picture.subarray(0, 16));
        const box = this.#looking(picture, descriptor, this.samples++);
        const entity = { tag: { value: 'person', confidence: 0.9 }, ...(box ? { box } : {}) };
        const inferences = box ? [{ type: 3, subtype: 'objectDetection', entity }] : [];
        const timestamp = message.mediaSample.timestamp ?? 0;
        call.write(encodeMessage({ sequenceNumber, ackSequenceNumber, mediaSample: { timestamp, inferences } }));
      }
    });
  }
}

const openMemory = ({ sharedMemoryBufferTransferProperties: memory }: WireDescriptor): number | undefined =>
  memory && openSync(`/dev/shm/${memory.handleName}`, 'r');

const pictureOf = ({ contentBytes, contentReference }: WireSample, memory: number | undefined): Buffer => {
  if (!contentReference || memory === undefined) return Buffer.from(contentBytes?.bytes ?? []);
  const picture = Buffer.alloc(contentReference.lengthBytes);
  readSync(memory, picture, 0, picture.length, contentReference.addressOffset ?? 0);
  return picture;
};
