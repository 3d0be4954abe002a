import { closeSync, openSync, readSync } from 'node:fs';
import { type AddressInfo, createServer, type Server as NetServer, type Socket } from 'node:net';
import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import {
  decodeMessage,
  encodeMessage,
  METHOD,
  type WireDescriptor,
  type WireMessage,
} from '../../engine/inference/grpc/contract.js';
import type { AnswerStyle, MannerOf, ServerStream, Taken } from './manners.js';
import { numberOfPicture } from './pictures.js';

export interface GrpcServerOptions {
  manner: MannerOf;
  /** Streams at a time; further ones wait without an answer. */
  streams?: number;
  tls?: { cert: string; key: string };
  /** Looks at what comes with a call; a status refuses it. */
  check?: (metadata: Readonly<Record<string, string>>) => { code: number; details: string } | undefined;
  maxReceiveBytes?: number;
  port?: number;
  /** Sent in place of an answer. */
  tamper?: (answer: Buffer) => Buffer;
}

const same = <T>(value: T): T => value;

/** An inference server for tests. It sees the number of a picture in it, and answers an entity that says it. */
export class GrpcServer {
  readonly port: number;
  /** Descriptors of all streams so far. */
  readonly descriptors: WireDescriptor[] = [];
  samples = 0;
  /** Answers, and pictures that were not whole when they were looked at. */
  answers = 0;
  torn = 0;
  readonly #net: NetServer;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #waiting: (() => void)[] = [];
  #served = 0;
  readonly #options: GrpcServerOptions;

  private constructor(options: GrpcServerOptions, net: NetServer) {
    this.#options = options;
    this.#net = net;
    this.port = (net.address() as AddressInfo).port;
    const { maxReceiveBytes, tls } = options;
    this.#server = new Server({
      ...(maxReceiveBytes === undefined ? {} : { 'grpc.max_receive_message_length': maxReceiveBytes }),
    });
    this.#server.addService(
      {
        process: {
          path: METHOD,
          requestStream: true,
          responseStream: true,
          requestSerialize: same<Buffer>,
          requestDeserialize: same<Buffer>,
          responseSerialize: same<Buffer>,
          responseDeserialize: same<Buffer>,
        },
      },
      { process: (call: ServerDuplexStream<Buffer, Buffer>) => this.#accept(call) },
    );
    const injector = this.#server.createConnectionInjector(
      tls
        ? ServerCredentials.createSsl(null, [{ cert_chain: Buffer.from(tls.cert), private_key: Buffer.from(tls.key) }])
        : ServerCredentials.createInsecure(),
    );
    net.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => {});
      injector.injectConnection(socket);
    });
  }

  static async start(options: GrpcServerOptions): Promise<GrpcServer> {
    const net = createServer().listen(options.port ?? 0, '127.0.0.1');
    await new Promise((resolve, reject) => net.once('listening', resolve).once('error', reject));
    return new GrpcServer(options, net);
  }

  /** Streams that are served now. */
  get serving(): number {
    return this.#served;
  }

  /** Ends all connections without a word. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#net.close(resolve));
    this.#server.forceShutdown();
    this.cut();
    await closed;
  }

  #accept(call: ServerDuplexStream<Buffer, Buffer>): void {
    call.on('error', () => {});
    const refusal = this.#options.check?.(stringsOf(call.metadata.getMap()));
    if (refusal) {
      call.emit('error', refusal);
      return;
    }
    const serve = (): void => {
      this.#served++;
      call.once('close', () => this.#release());
      call.once('cancelled', () => call.destroy());
      this.#serve(call);
    };
    if (this.#served < (this.#options.streams ?? Number.POSITIVE_INFINITY)) serve();
    else this.#waiting.push(serve);
  }

  #release(): void {
    this.#served--;
    this.#waiting.shift()?.();
  }

  #serve(call: ServerDuplexStream<Buffer, Buffer>): void {
    let pictures: Pictures | undefined;
    let sequence = 0;
    const send = (message: WireMessage): void => {
      const bytes = encodeMessage(message);
      if (call.writable) call.write(this.#options.tamper?.(bytes) ?? bytes);
    };
    const stream: ServerStream = {
      answer: (taken, style) => {
        if (call.writable && pictures) send(this.#answerOf(taken, pictures, style?.sequence ?? ++sequence, style));
      },
      fail: (code, details) => call.emit('error', { code, details }),
      cut: () => this.#socketOf(call)?.destroy(),
    };
    const manner = this.#options.manner(stream);
    call.on('data', (bytes: Buffer) => {
      const message = decodeMessage(bytes);
      if (message.mediaStreamDescriptor) {
        this.descriptors.push(message.mediaStreamDescriptor);
        pictures = new Pictures(message.mediaStreamDescriptor);
        send({
          sequenceNumber: ++sequence,
          ackSequenceNumber: message.sequenceNumber ?? 0,
          mediaStreamDescriptor: { extensionIdentifier: 'test' },
        });
      } else if (message.mediaSample) {
        this.samples++;
        manner.onSample({ sequence: message.sequenceNumber ?? 0, sample: message.mediaSample });
      }
    });
    call.once('close', () => {
      pictures?.close();
      pictures = undefined;
    });
    call.on('end', () => {
      manner.onHalfClose?.();
      call.end();
    });
  }

  #answerOf(
    { sequence: ack, sample }: Taken,
    pictures: Pictures,
    sequenceNumber: number,
    style: AnswerStyle | undefined,
  ): WireMessage {
    this.answers++;
    const number = pictures.numberOf(sample);
    if (number === undefined) this.torn++;
    return {
      sequenceNumber,
      ackSequenceNumber: ack,
      mediaSample: {
        ...(style?.timestamp === false ? {} : { timestamp: sample.timestamp ?? 0 }),
        inferences: [
          {
            type: style?.sequence === 0 ? 0 : 3,
            entity: {
              tag: { value: number === undefined ? 'torn' : String(number), confidence: 0.9 },
              box: { l: 0.1, t: 0.2, w: 0.3, h: 0.4 },
            },
          },
        ],
      },
    };
  }

  #socketOf(call: ServerDuplexStream<Buffer, Buffer>): Socket | undefined {
    const port = Number(/:(\d+)$/.exec(call.getPeer())?.[1]);
    return [...this.#sockets].find((socket) => socket.remotePort === port);
  }
}

const stringsOf = (map: Record<string, string | Buffer>): Record<string, string> =>
  Object.fromEntries(Object.entries(map).map(([name, value]) => [name, value.toString()]));

/** What a server has of the pictures of one stream: the file, open as long as the stream is, if there is one. */
class Pictures {
  readonly #file: number | undefined;

  constructor(descriptor: WireDescriptor) {
    const handle = descriptor.sharedMemoryBufferTransferProperties?.handleName;
    this.#file = handle === undefined ? undefined : openSync(`/dev/shm/${handle}`, 'r+');
  }

  numberOf({ contentReference: reference, contentBytes }: Taken['sample']): number | undefined {
    if (this.#file === undefined || !reference) return numberOfPicture(contentBytes?.bytes ?? Buffer.alloc(0));
    const picture = Buffer.alloc(reference.lengthBytes);
    readSync(this.#file, picture, 0, picture.length, reference.addressOffset ?? 0);
    return numberOfPicture(picture);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }
}
