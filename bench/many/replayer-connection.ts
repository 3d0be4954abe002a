/** The camera's side of RTSP (RFC 2326): one track of H.264, in the connection itself. */
import { headerOf, type Message, type Request } from '../../bridge/rtsp/message.js';
import { StreamReader } from '../../bridge/rtsp/stream-reader.js';
import { type Answer, answerText, channelsOf } from '../../engine/tunnel/answers.js';
import { liveSdp } from '../../engine/tunnel/sdp.js';
import type { ReplayedCamera, Viewer } from './replayed-camera.js';

/** A client that says nothing for so long has gone. */
export const TIMEOUT_SECONDS = 60;

const METHODS = 'OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN';

export interface ReplayerConnectionOptions {
  /** Of the path of a URL, which begins with a slash. */
  cameraAt(path: string): ReplayedCamera | undefined;
  /** Bytes that wait to be sent. */
  waiting(): number;
  write(bytes: Buffer): void;
  close(): void;
  /** Whether media goes to it has changed. */
  onPlaying(plays: boolean): void;
}

interface Session {
  id: string;
  camera: ReplayedCamera;
  viewer: Viewer;
  plays: boolean;
}

let sessions = 0;

export class ReplayerConnection {
  readonly #options: ReplayerConnectionOptions;
  readonly #reader = new StreamReader({
    onMessage: (message) => this.#message(message),
    // Reports of the receiver: they say that it is there.
    onPacket: () => {},
  });
  #session: Session | undefined;
  #isHeard = true;

  constructor(options: ReplayerConnectionOptions) {
    this.#options = options;
  }

  /** @throws MalformedResponse if it is no RTSP */
  receive(bytes: Buffer): void {
    this.#isHeard = true;
    this.#reader.push(bytes);
  }

  /** Called at intervals of `TIMEOUT_SECONDS`: closes the connection of a client that has said nothing since the last. */
  check(): void {
    if (!this.#isHeard) this.#options.close();
    this.#isHeard = false;
  }

  /** The connection has ended. */
  stop(): void {
    const session = this.#session;
    this.#session = undefined;
    if (session?.plays !== true) return;
    session.camera.leave(session.viewer);
    this.#options.onPlaying(false);
  }

  #message(message: Message): void {
    if (message.kind !== 'request') return;
    const cseq = headerOf(message, 'cseq');
    this.#options.write(Buffer.from(answerText(this.#handled(message), cseq)));
    if (message.method === 'PLAY') this.#play();
    if (message.method === 'TEARDOWN') this.#options.close();
  }

  #handled(request: Request): Answer {
    const path = pathOf(request.uri);
    switch (request.method) {
      case 'OPTIONS':
        return { status: 200, headers: { Public: METHODS } };
      case 'DESCRIBE':
        return this.#describe(request.uri, path);
      case 'SETUP':
        return this.#setUp(request, path);
      case 'PLAY':
      case 'GET_PARAMETER':
      case 'TEARDOWN':
        return this.#session === undefined ? { status: 454 } : { status: 200, headers: this.#sessionHeader() };
      default:
        return { status: 405, headers: { Allow: METHODS } };
    }
  }

  #describe(uri: string, path: string): Answer {
    const camera = this.#options.cameraAt(path);
    if (camera === undefined) return { status: 404 };
    return { status: 200, headers: { 'Content-Base': `${uri}/` }, body: liveSdp(camera.track, '1') };
  }

  #setUp(request: Request, path: string): Answer {
    const camera = this.#options.cameraAt(path.replace(/\/[^/]*$/, ''));
    if (camera === undefined) return { status: 404 };
    const channels = channelsOf(headerOf(request, 'transport'));
    if (channels === undefined) return { status: 461 };
    if (this.#session !== undefined) return { status: 455 };
    const { waiting, write } = this.#options;
    const { rtp, rtcp } = channels;
    const viewer: Viewer = {
      ...{ channel: rtp, reportChannel: rtcp, write },
      get waiting() {
        return waiting();
      },
    };
    this.#session = { id: String(++sessions), camera, viewer, plays: false };
    const transport = `RTP/AVP/TCP;unicast;interleaved=${rtp}-${rtcp}`;
    return { status: 200, headers: { ...this.#sessionHeader(), Transport: transport } };
  }

  #sessionHeader(): Record<string, string> {
    return { Session: `${this.#session!.id};timeout=${TIMEOUT_SECONDS}` };
  }

  #play(): void {
    const session = this.#session;
    if (session === undefined || session.plays) return;
    session.plays = true;
    session.camera.join(session.viewer);
    this.#options.onPlaying(true);
  }
}

const pathOf = (url: string): string => {
  try {
    return new URL(url).pathname.replace(/\/$/, '');
  } catch {
    return '';
  }
};
