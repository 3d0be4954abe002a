import { socketUrl } from '../api/http.js';
import { AppendQueue } from './append-queue.js';
import { originOf } from './live-origin.js';
import { paceOf } from './live-pace.js';
import { type AttachedSource, attachSource, canPlay, typeOf, whyNot } from './media-source.js';

interface StreamMessage {
  codec: string;
  width: number;
  height: number;
  /** UTC of the media time 0. */
  startTime: string;
}

/** A header, or a picture with the number by which it is acknowledged. */
interface Piece {
  media: Uint8Array<ArrayBuffer>;
  number: number;
}

export interface LiveListener {
  /** A picture is on the screen. */
  onPicture(): void;
  /** In words; the view goes on trying unless `final`. */
  onProblem(words: string, final: boolean): void;
}

/** Close codes of the engine. */
const UNSUPPORTED = 4415;
const KEEP_SECONDS = 20;
/** What takes longer to come to the screen is not waited for. */
const LONGEST_WAIT_MS = 3000;
/** A first picture that needs others behind it is not on the screen by then. */
const HELD_MS = 80;
/** In seconds. */
const NEAR = 0.01;
const PAUSES_MS = [500, 1000, 2000, 4000, 8000];

/**
 * A camera as it is now: pictures over a WebSocket into a video element. Each is acknowledged when it has been taken, so the
 * engine leaves out what a slow connection would only bring late.
 */
export class LivePlayer {
  readonly #video: HTMLVideoElement;
  readonly #path: string;
  readonly #listener: LiveListener;
  #socket: WebSocket | undefined;
  #attached: AttachedSource | undefined;
  #buffer: SourceBuffer | undefined;
  #queue: AppendQueue | undefined;
  /** Of what was received and not appended, in order. */
  #waiting: Piece[] = [];
  /** Of the last picture that was given to the source; 0 for none of this stream. */
  #lastNumber = 0;
  #stream: StreamMessage | undefined;
  #header: Uint8Array | undefined;
  /** Media time of the stream at the element's time 0, in seconds. Unknown before the first picture. */
  #origin: number | undefined;
  /** Its first picture has been on the screen. */
  #isShown = false;
  /** When its source was opened, or what is shown was last moved. */
  #movedAt = 0;
  /** How long the last jump took, in seconds. */
  #jumpTakes = 0;
  /** What follows the first picture waits until that is on the screen. */
  #held: ReturnType<typeof setTimeout> | undefined;
  #running = false;
  #attempts = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pacing: ReturnType<typeof setInterval> | undefined;

  constructor(video: HTMLVideoElement, path: string, listener: LiveListener) {
    this.#video = video;
    this.#path = path;
    this.#listener = listener;
  }

  /** UTC of what is on the screen, in ms; undefined before the first picture. */
  get shownAt(): number | undefined {
    return this.#stream && this.#origin !== undefined && this.#video.readyState >= 2
      ? Date.parse(this.#stream.startTime) + (this.#origin + this.#video.currentTime) * 1000
      : undefined;
  }

  start(): void {
    this.#running = true;
    this.#connect();
    // Opened by the time the stream is there.
    if (canPlay()) this.#attached = attachSource(this.#video);
    this.#pacing = setInterval(() => this.#pace(), 100);
    this.#video.addEventListener('loadeddata', this.#onPicture);
    this.#video.addEventListener('seeked', this.#onSeeked);
  }

  stop(): void {
    this.#running = false;
    clearTimeout(this.#timer);
    clearInterval(this.#pacing);
    this.#video.removeEventListener('loadeddata', this.#onPicture);
    this.#video.removeEventListener('seeked', this.#onSeeked);
    this.#socket?.close();
    this.#closeSource();
  }

  /** Goes to the newest picture at once. */
  jump(): void {
    const { buffered } = this.#video;
    if (buffered.length > 0)
      this.#video.currentTime = Math.max(buffered.start(buffered.length - 1), this.#newest() - 0.1);
    void this.#video.play().catch(() => {});
  }

  readonly #onPicture = (): void => {
    this.#attempts = 0;
    this.#listener.onPicture();
    const shown = (): void => {
      this.#isShown = true;
      this.#release();
    };
    if ('requestVideoFrameCallback' in this.#video) this.#video.requestVideoFrameCallback(shown);
    else shown();
  };

  readonly #onSeeked = (): void => {
    if (this.#isShown) this.#jumpTakes = (performance.now() - this.#movedAt) / 1000;
  };

  #connect(): void {
    const socket = new WebSocket(socketUrl(this.#path, { acknowledge: 1 }));
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      if (typeof data === 'string') this.#begin(JSON.parse(data) as StreamMessage);
      else this.#media(new Uint8Array(data as ArrayBuffer));
    };
    socket.onclose = ({ code }) => {
      if (!this.#running || socket !== this.#socket) return;
      if (code === UNSUPPORTED) {
        this.#listener.onProblem('The browser cannot show what this camera sends, so its last picture is shown.', true);
        return;
      }
      this.#again('The live view has ended. Trying again.');
    };
  }

  #again(words: string): void {
    this.#listener.onProblem(words, false);
    this.#socket?.close();
    this.#socket = undefined;
    const pause = PAUSES_MS[Math.min(this.#attempts++, PAUSES_MS.length - 1)]!;
    this.#timer = setTimeout(() => this.#connect(), pause);
  }

  #begin(stream: StreamMessage): void {
    const problem = whyNot(stream.codec);
    if (problem) {
      this.#running = false;
      this.#socket?.close();
      this.#listener.onProblem(problem, true);
      return;
    }
    this.#stream = stream;
    this.#header = undefined;
    this.#origin = undefined;
    this.#waiting = [];
    this.#lastNumber = 0;
    if (this.#buffer) this.#closeSource();
    this.#attached ??= attachSource(this.#video);
    const attached = this.#attached;
    void attached.opened.then((source) => {
      if (attached !== this.#attached || stream !== this.#stream) return;
      this.#isShown = false;
      this.#movedAt = performance.now();
      this.#jumpTakes = 0;
      this.#buffer = source.addSourceBuffer(typeOf(stream.codec));
      this.#queue = new AppendQueue(this.#buffer, () => this.#appended());
      this.#flush();
    });
  }

  /** The header of a stream comes without a number, and everything else with one. */
  #media(bytes: Uint8Array<ArrayBuffer>): void {
    const isHeader = bytes[4] === 0x66 && bytes[5] === 0x74 && bytes[6] === 0x79 && bytes[7] === 0x70;
    const number = isHeader ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
    const media = isHeader ? bytes : bytes.subarray(4);
    if (isHeader) this.#header = bytes;
    else if (this.#header) this.#origin ??= originOf(this.#header, media);
    this.#waiting.push({ media, number });
    if (this.#queue && this.#queue.waiting === 0 && !this.#buffer?.updating) this.#flush();
  }

  /**
   * The header and the keyframe first, and the GOP behind it once that is on the screen: to take in some seconds of media, and
   * to decode them, would take the processor from it.
   */
  #flush(): void {
    if (this.#waiting.length === 0 || !this.#queue || !this.#buffer || this.#held !== undefined) return;
    const begins = this.#video.buffered.length === 0;
    // Where the element begins is not known before the first picture is there.
    if (this.#origin === undefined) return;
    if (this.#buffer.timestampOffset !== -this.#origin) this.#buffer.timestampOffset = -this.#origin;
    if (begins && !this.#isShown) this.#held = setTimeout(() => this.#release(), HELD_MS);
    const pieces = this.#waiting.splice(0, begins ? 2 : this.#waiting.length);
    this.#lastNumber = pieces.at(-1)!.number || this.#lastNumber;
    this.#queue.append(joined(pieces.map(({ media }) => media)));
  }

  #release(): void {
    clearTimeout(this.#held);
    this.#held = undefined;
    if (this.#queue?.waiting === 0 && !this.#buffer?.updating) this.#flush();
  }

  #appended(): void {
    if (this.#socket?.readyState === WebSocket.OPEN && this.#lastNumber > 0) {
      this.#socket.send(JSON.stringify({ acknowledge: this.#lastNumber }));
    }
    this.#toFirst();
    this.#flush();
    if (this.#waiting.length > 0) return;
    const { buffered, currentTime } = this.#video;
    if (buffered.length > 0 && currentTime - buffered.start(0) > KEEP_SECONDS && !this.#buffer?.updating) {
      this.#queue?.remove(0, currentTime - KEEP_SECONDS / 2);
    }
  }

  /** The first picture is that which needs no other. Usually it is where the element begins. */
  #toFirst(): void {
    const { buffered, currentTime } = this.#video;
    // A browser begins with a picture that is this near.
    if (!this.#isShown && buffered.length > 0 && currentTime < buffered.start(0) - NEAR) {
      this.#video.currentTime = buffered.start(0);
    }
  }

  #pace(): void {
    const video = this.#video;
    if (this.#queue?.failed || video.error) {
      this.#closeSource();
      if (this.#running && this.#socket) this.#again('The stream could not be shown. Trying again.');
      return;
    }
    const { buffered } = video;
    if (buffered.length === 0) return;
    // Another jump would begin at the keyframe again.
    const waits = !this.#isShown || video.seeking;
    if (waits && performance.now() - this.#movedAt < LONGEST_WAIT_MS) return;
    const pace = paceOf(video.currentTime, this.#newest(), buffered.start(buffered.length - 1), this.#jumpTakes);
    if ('jumpTo' in pace) {
      this.#movedAt = performance.now();
      video.currentTime = pace.jumpTo;
    } else video.playbackRate = pace.rate;
    if (video.paused) void video.play().catch(() => {});
  }

  #newest(): number {
    const { buffered } = this.#video;
    return buffered.length > 0 ? buffered.end(buffered.length - 1) : 0;
  }

  #closeSource(): void {
    clearTimeout(this.#held);
    this.#held = undefined;
    this.#attached?.close();
    this.#attached = undefined;
    this.#queue = undefined;
    this.#buffer = undefined;
  }
}

const joined = (parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};
