import { randomBytes, randomInt } from 'node:crypto';
import { headerOf, type Message, type Request } from '../../bridge/rtsp/message.js';
import { StreamReader } from '../../bridge/rtsp/stream-reader.js';
import type { CancelTimer, Clock } from '../core/clock.js';
import { type Answer, answerText, channelsOf } from './answers.js';
import { type Channels, PicturePackets } from './picture-packets.js';
import { liveSdp, TRACK, type TrackDescription } from './sdp.js';
import { CloseCode, type TunnelSocket } from './tunnel-socket.js';
import { type TunnelCamera, trackOf, ViewerPictures } from './viewer-pictures.js';

export interface RtspViewerOptions {
  camera: TunnelCamera;
  socket: TunnelSocket;
  clock: Pick<Clock, 'after'>;
  /** Asks for a place among those who watch; false if there is none left. Given back with `leave`. */
  enter(): boolean;
  leave(): void;
}

/** A viewer that says nothing for so long has gone. */
const TIMEOUT_SECONDS = 60;
/** Bytes of payload in a packet, where the viewer does not say how many it takes. */
const USUAL_BLOCK = 1400;
const LEAST_BLOCK = 128;
const MOST_BLOCK = 64_000;
const METHODS = ['OPTIONS', 'DESCRIBE', 'SETUP', 'PLAY', 'PAUSE', 'GET_PARAMETER', 'TEARDOWN'] as const;

type Method = (typeof METHODS)[number];

/** What has been set up. */
interface Session {
  id: string;
  channels: Channels;
  block: number;
  track: TrackDescription;
}

/**
 * The server's side of RTSP (RFC 2326) for one viewer of one camera: one track of H.264, live, in the connection itself. Each
 * answer is a message of its own, and so is each picture.
 */
export class RtspViewer {
  readonly #options: RtspViewerOptions;
  readonly #reader = new StreamReader({
    onMessage: (message) => this.#message(message),
    // Reports of the receiver: they say that it is there.
    onPacket: () => {},
  });
  readonly #id = String(randomInt(2 ** 47));
  #described: TrackDescription | undefined;
  #session: Session | undefined;
  #pictures: ViewerPictures | undefined;
  #cancelTimeout: CancelTimer | undefined;
  #ended = false;

  constructor(options: RtspViewerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#heard();
  }

  /** What has come from the viewer. */
  receive(bytes: Buffer): void {
    if (this.#ended) return;
    this.#heard();
    try {
      this.#reader.push(bytes);
    } catch {
      this.#answer({ status: 400 }, undefined);
      this.#end(CloseCode.malformed, 'this is no RTSP');
    }
  }

  /** The connection has ended. */
  stop(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#cancelTimeout?.();
    this.#forget();
  }

  #heard(): void {
    this.#cancelTimeout?.();
    const silent = () => this.#end(CloseCode.silent, `nothing came for ${TIMEOUT_SECONDS} s`);
    this.#cancelTimeout = this.#options.clock.after(TIMEOUT_SECONDS * 1000, silent);
  }

  #end(code: number, reason: string): void {
    if (this.#ended) return;
    this.stop();
    this.#options.socket.close(code, reason);
  }

  #message(message: Message): void {
    // Nothing was asked of the viewer, so there is nothing to be answered.
    if (message.kind !== 'request' || this.#ended) return;
    const cseq = /^\d{1,10}$/.exec(headerOf(message, 'cseq') ?? '')?.[0];
    this.#answer(cseq === undefined ? { status: 400 } : this.#handled(message), cseq);
    if (message.method === 'TEARDOWN' && !this.#session) this.#end(CloseCode.ended, '');
    // Pictures follow the answer.
    this.#pictures?.start();
  }

  #answer(answer: Answer, cseq: string | undefined): void {
    this.#options.socket.send(Buffer.from(answerText(answer, cseq)));
  }

  #handled(request: Request): Answer {
    const method = METHODS.find((each) => each === request.method);
    if (!method) return { status: 405, headers: { Allow: METHODS.join(', ') } };
    const required = headerOf(request, 'require');
    if (required !== undefined) return { status: 551, headers: { Unsupported: printable(required) } };
    const named = headerOf(request, 'session')?.split(';', 1)[0]?.trim();
    if (named !== undefined && named !== this.#session?.id) return { status: 454 };
    return this.#ask[method](request, named);
  }

  readonly #ask: Readonly<Record<Method, (request: Request, session: string | undefined) => Answer>> = {
    OPTIONS: () => this.#ok({ Public: METHODS.join(', ') }),
    GET_PARAMETER: () => this.#ok(),
    DESCRIBE: (request) => this.#describe(request),
    SETUP: (request) => this.#setUp(request),
    PLAY: (_, session) => this.#inSession(session, () => this.#play()),
    PAUSE: (_, session) => this.#inSession(session, () => this.#pause()),
    TEARDOWN: (_, session) => this.#inSession(session, () => this.#tearDown()),
  };

  #ok(headers: Readonly<Record<string, string>> = {}): Answer {
    const session: Record<string, string> = this.#session
      ? { Session: `${this.#session.id};timeout=${TIMEOUT_SECONDS}` }
      : {};
    return { status: 200, headers: { ...session, ...headers } };
  }

  #inSession(named: string | undefined, work: () => Answer): Answer {
    if (!this.#session) return { status: 455 };
    return named === undefined ? { status: 454 } : work();
  }

  #describe({ uri }: Request): Answer {
    const { camera } = this.#options;
    // The camera has not sent a picture yet, or is away.
    if (!camera.ring.lastKeyframe()) return { status: 503 };
    const track = trackOf(camera);
    if (!track) return { status: 415 };
    this.#described = track;
    const base = `${pathOf(printable(uri))}/`;
    return { ...this.#ok({ 'Content-Base': base }), body: liveSdp(track, this.#id) };
  }

  #setUp(request: Request): Answer {
    if (this.#pictures) return { status: 455 };
    const path = pathOf(request.uri);
    if (/trackid=/i.test(path) && !path.endsWith(TRACK)) return { status: 404 };
    const channels = channelsOf(headerOf(request, 'transport'));
    if (!channels) return { status: 461 };
    const track = this.#described ?? trackOf(this.#options.camera);
    if (!track) return { status: this.#options.camera.ring.lastKeyframe() ? 415 : 503 };
    if (!this.#session && !this.#options.enter()) return { status: 453 };
    const id = this.#session?.id ?? randomBytes(8).toString('hex');
    this.#session = { id, channels, block: blockOf(headerOf(request, 'blocksize')), track };
    const { rtp, rtcp } = channels;
    return this.#ok({ Transport: `RTP/AVP/TCP;unicast;interleaved=${rtp}-${rtcp}` });
  }

  #play(): Answer {
    const session = this.#session!;
    if (!this.#pictures) {
      const { camera, socket } = this.#options;
      const packets = new PicturePackets(session.channels, session.block);
      this.#pictures = new ViewerPictures(camera, socket, packets, session.track, {
        onChanged: () => this.#end(CloseCode.changed, 'the stream has changed'),
        onClosed: () => this.#end(CloseCode.ended, 'the camera is no longer read'),
      });
    }
    return this.#ok({ Range: 'npt=now-' });
  }

  #pause(): Answer {
    this.#pictures?.stop();
    this.#pictures = undefined;
    return this.#ok();
  }

  #tearDown(): Answer {
    this.#forget();
    return { status: 200 };
  }

  #forget(): void {
    this.#pictures?.stop();
    this.#pictures = undefined;
    if (this.#session) this.#options.leave();
    this.#session = undefined;
  }
}

const blockOf = (asked: string | undefined): number => {
  const bytes = Number(/^\d{1,6}$/.exec(asked ?? '')?.[0] ?? USUAL_BLOCK);
  return Math.min(MOST_BLOCK, Math.max(LEAST_BLOCK, bytes));
};

/** What a viewer sent, fit to be sent back in a header. */
const printable = (text: string): string => text.replace(/[^\x21-\x7e]/g, '').slice(0, 1000);

/** Of a URL, without the query and slashes at its end. */
const pathOf = (url: string): string => {
  const path = url.split('?', 1)[0]!;
  let end = path.length;
  while (path[end - 1] === '/') end--;
  return path.slice(0, end);
};
