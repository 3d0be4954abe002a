import type { KeepAliveMethod } from '../failure.js';
import type { TlsOptions } from '../types.js';
import type { Credentials } from './authorization.js';
import { type CameraUrl, readCameraUrl } from './camera-url.js';
import type { ChannelOptions } from './channel.js';
import { baseOf, controlUrl } from './control-url.js';
import { Dialogue } from './dialogue.js';
import { closedFailure, malformedFailure, ProbeFailure, redirectFailure, statusFailure } from './failures.js';
import { KeepAlive } from './keep-alive.js';
import { Login } from './login.js';
import type { Request, Response } from './message.js';
import { followRedirect, isRedirect, redirectPlace } from './redirect.js';
import { parseSdp } from './sdp.js';
import type { OfferedTrack } from './tracks.js';
import { readSession, readTransport, transportOffer } from './transport.js';
import type { SessionDescription } from './types.js';

export interface SessionSpec {
  /** rtsp:// or rtsps://, without credentials. */
  url: string;
  transport: 'tcp' | 'http';
  credentials?: Credentials;
  tls?: TlsOptions;
  /** For a connection, its TLS and an HTTP tunnel. */
  connectMs: number;
  /** For each answer. */
  answerMs: number;
  connect: ChannelOptions['connect'];
  /** What the camera has hung up on before, and is not asked. */
  unwelcome?: readonly KeepAliveMethod[];
  /** Another address of the same host is asked when the camera says so; otherwise that is a failure. */
  followRedirects: boolean;
  /** Aborted when nobody is interested any more, at whatever point: the session ends then. */
  signal?: AbortSignal;
}

export interface SessionHandlers {
  /** RTP of the track with this index among those that are played. A view that is valid only during the call. */
  onRtp(track: number, packet: Buffer): void;
  onRtcp(track: number, packet: Buffer): void;
  /** So many bytes between the packets belonged to nothing. */
  onGarbage(bytes: number): void;
  /** The session has ended by itself. Once, and not before `play` has been called. */
  onEnd(failure: ProbeFailure): void;
}

/** What a camera has said of itself. */
export interface Description extends SessionDescription {
  /** Where it answered, without credentials: the address that it was asked at, or has redirected to. */
  url: string;
  /** As it came. */
  sdp: string;
}

/**
 * One session with a camera (RFC 2326): asks what it offers, sets up the tracks that are wanted, plays, keeps it alive and
 * ends it. Nothing is asked for twice, and a camera that refuses credentials gets no second try.
 */
export class RtspSession {
  readonly #spec: SessionSpec;
  #login: Login;
  readonly #keepAlive: KeepAlive;
  #target: CameraUrl;
  #dialogue: Dialogue;
  #base = '';
  #control = '';
  #handlers: SessionHandlers | undefined;
  readonly #channels = new Map<number, { track: number; rtcp: boolean }>();
  /** Without a request for so long the camera ends the session; undefined until it has said that. */
  #timeoutMs: number | undefined;
  #over = false;

  private constructor(spec: SessionSpec, target: CameraUrl) {
    this.#spec = spec;
    this.#target = target;
    this.#login = new Login(spec.credentials);
    this.#dialogue = this.#newDialogue();
    this.#keepAlive = new KeepAlive(
      (method, limitMs) => this.#askAlive(method, limitMs),
      (failure) => this.#end(failure),
      spec.unwelcome,
    );
    spec.signal?.addEventListener('abort', () => this.close(), { once: true });
  }

  /** Connects and asks what the camera offers, following its redirects. Throws a ProbeFailure. */
  static async open(spec: SessionSpec): Promise<{ session: RtspSession; description: Description }> {
    const session = new RtspSession(spec, targetOf(spec));
    try {
      return { session, description: await session.#describe() };
    } catch (problem) {
      session.close();
      throw problem;
    }
  }

  /**
   * Sets up the tracks and plays them. Media may come before this resolves. Throws a ProbeFailure; but a track other than
   * the first that the camera refuses is left out, and its failure is returned.
   *
   * @param tracks of the description of this session; at least one
   */
  async play(tracks: readonly OfferedTrack[], handlers: SessionHandlers): Promise<ReadonlyMap<number, ProbeFailure>> {
    this.#handlers = handlers;
    const refused = new Map<number, ProbeFailure>();
    for (const [index, track] of tracks.entries()) {
      try {
        await this.#setUp(track, index);
      } catch (problem) {
        if (index === 0 || this.#over || !(problem instanceof ProbeFailure) || problem.failure.kind !== 'protocol')
          throw problem;
        refused.set(index, problem);
      }
    }
    await this.#startPlaying(tracks.filter((_, index) => !refused.has(index)));
    if (!this.#over) this.#keepAlive.start(this.#timeoutMs ?? DEFAULT_TIMEOUT_MS);
    return refused;
  }

  pause(): void {
    this.#dialogue.pause();
  }

  resume(): void {
    this.#dialogue.resume();
  }

  /** Whether what comes may wait for a tenth of a second. */
  readInRounds(yes: boolean): void {
    this.#dialogue.readInRounds(yes);
  }

  /** Sends RTCP for a track. */
  sendRtcp(track: number, packet: Uint8Array): void {
    for (const [channel, each] of this.#channels) {
      if (each.rtcp && each.track === track) this.#dialogue.sendPacket(channel, packet);
    }
  }

  /** Ends the session; nothing is heard of it any more. The camera is told and not waited for. */
  close(): void {
    if (this.#over) return;
    this.#over = true;
    this.#keepAlive.stop();
    if (this.#dialogue.session !== undefined) this.#dialogue.tell('TEARDOWN', this.#control);
    this.#dialogue.close();
  }

  async #describe(): Promise<Description> {
    for (let followed = 0; ; followed++) {
      const answer = await this.#dialogue.request('DESCRIBE', this.#target.uri, ['Accept: application/sdp']);
      if (!isRedirect(answer) || !this.#spec.followRedirects) return this.#readDescription(this.#expectSuccess(answer));
      this.#target = followRedirect(this.#target, answer, followed);
      this.#dialogue.close();
      // Each address is told credentials only if it asks for them.
      this.#login = new Login(this.#spec.credentials);
      this.#dialogue = this.#newDialogue();
    }
  }

  #readDescription(answer: Response): Description {
    const { body: sdp } = answer;
    // Cameras forget the Content-Type or send a wrong one; what counts is what came.
    if (!/^\s*v=/.test(sdp)) {
      const what = sdp.trim() === '' ? 'is empty' : 'is no SDP';
      throw this.#malformed(`its description of the stream ${what}`);
    }
    const description = parseSdp(sdp);
    this.#base = baseOf(this.#target, answer);
    this.#control = controlUrl(this.#base, description.control);
    return { ...description, url: this.#target.uri, sdp };
  }

  async #setUp({ media }: OfferedTrack, index: number): Promise<void> {
    const answer = await this.#success('SETUP', controlUrl(this.#base, media.control), [transportOffer(index)]);
    const session = readSession(answer);
    if (session !== undefined) this.#dialogue.session = session.id;
    this.#noteTimeout(answer);
    if (this.#dialogue.session === undefined) throw this.#malformed('it names no session');
    const transport = readTransport(index, answer, this.#channels);
    if (transport === undefined) throw this.#noTcp('chooses another way');
    this.#channels.set(transport.channel, { track: index, rtcp: false });
    this.#channels.set(transport.rtcpChannel, { track: index, rtcp: true });
    this.#dialogue.expectPackets(this.#channels.keys());
  }

  /** Some cameras say it with PLAY only, or another one then: the shortest is right for all. */
  #noteTimeout(answer: Response): void {
    const said = readSession(answer)?.timeoutMs;
    if (said !== undefined) this.#timeoutMs = Math.min(said, this.#timeoutMs ?? said);
  }

  async #startPlaying(tracks: readonly OfferedTrack[]): Promise<void> {
    const range = ['Range: npt=0.000-'];
    let answer = await this.#dialogue.request('PLAY', this.#control, range);
    // Some play from now on only, and say that another range is invalid or a header not to be sent.
    if (RANGE_REFUSED.has(answer.status)) answer = await this.#dialogue.request('PLAY', this.#control);
    if (answer.status !== NO_AGGREGATE) {
      this.#noteTimeout(this.#expectSuccess(answer));
      return;
    }
    for (const { media } of tracks) {
      this.#noteTimeout(await this.#success('PLAY', controlUrl(this.#base, media.control), range));
    }
  }

  async #askAlive(method: KeepAliveMethod, limitMs: number): Promise<Response> {
    const answer = await this.#dialogue.request(method, this.#control, [], limitMs);
    if (answer.status === SESSION_NOT_FOUND) throw statusFailure(this.#target.label, answer, this.#login.tried);
    return answer;
  }

  async #success(method: string, uri: string, headers: readonly string[]): Promise<Response> {
    return this.#expectSuccess(await this.#dialogue.request(method, uri, headers));
  }

  #expectSuccess(answer: Response): Response {
    const { label } = this.#target;
    if (answer.status === UNSUPPORTED_TRANSPORT) throw this.#noTcp('refuses it (461)');
    if (isRedirect(answer)) throw redirectFailure(label, redirectPlace(this.#target, answer), IN_MID_SESSION);
    if (answer.status >= 300) throw statusFailure(label, answer, this.#login.tried);
    return answer;
  }

  #newDialogue(): Dialogue {
    const { transport, tls = {}, connect, connectMs, answerMs, signal } = this.#spec;
    return new Dialogue(
      { target: this.#target, transport, tls, login: this.#login, connect, connectMs, answerMs, signal },
      {
        onPacket: (channel, packet) => this.#onPacket(channel, packet),
        onGarbage: (bytes) => this.#handlers?.onGarbage(bytes),
        onRequest: (request) => this.#onRequest(request),
        onEnd: (failure) => this.#end(failure),
      },
    );
  }

  #onPacket(channel: number, packet: Buffer): void {
    const place = this.#channels.get(channel);
    if (place === undefined || this.#over) return;
    if (place.rtcp) this.#handlers?.onRtcp(place.track, packet);
    else this.#handlers?.onRtp(place.track, packet);
  }

  /** Cameras ask whether we are there, tell that they end, or send us elsewhere. */
  #onRequest(request: Request): number {
    const { label } = this.#target;
    if (!KNOWN_REQUESTS.has(request.method)) return 501;
    // After the answer has been sent.
    if (request.method === 'REDIRECT') {
      const place = redirectPlace(this.#target, request);
      setImmediate(() => this.#end(redirectFailure(label, place, IN_MID_SESSION)));
    }
    if (request.method === 'TEARDOWN') setImmediate(() => this.#end(closedFailure(label, 0)));
    return 200;
  }

  #end(failure: ProbeFailure): void {
    if (this.#over) return;
    this.#over = true;
    const asking = this.#keepAlive.asking;
    this.#keepAlive.stop();
    this.#dialogue.close();
    this.#handlers?.onEnd(asking && failure.failure.kind === 'network' ? failure.hungUpOn(asking) : failure);
  }

  #malformed(why: string): ProbeFailure {
    return malformedFailure(this.#target.label, why);
  }

  #noTcp(what: string): ProbeFailure {
    return new ProbeFailure(
      'protocol',
      '461',
      `${this.#target.label} was asked to send media in its RTSP connection and ${what}; switch RTP over TCP on in the camera`,
    );
  }
}

/** RFC 2326 12.37 */
const DEFAULT_TIMEOUT_MS = 60_000;
const IN_MID_SESSION = 'in the middle of a session';
const SESSION_NOT_FOUND = 454;
const UNSUPPORTED_TRANSPORT = 461;
/** Aggregate operation not allowed. */
const NO_AGGREGATE = 459;
/** Header field not valid for resource, and invalid range. */
const RANGE_REFUSED = new Set([456, 457]);
const KNOWN_REQUESTS = new Set(['OPTIONS', 'GET_PARAMETER', 'SET_PARAMETER', 'ANNOUNCE', 'REDIRECT', 'TEARDOWN']);

/** Throws a ProbeFailure. */
const targetOf = ({ url }: SessionSpec): CameraUrl => {
  try {
    return readCameraUrl(url);
  } catch (problem) {
    throw new ProbeFailure(
      'protocol',
      'invalidUrl',
      `the camera's URL cannot be used: it ${(problem as Error).message}`,
    );
  }
};
