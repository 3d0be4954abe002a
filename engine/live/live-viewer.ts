import type { Clock } from '../core/clock.js';
import { type Micros, type MonotonicTime, millis, toIso } from '../core/time.js';
import type { LivePicture, LiveStream, LiveView } from './live-view.js';

/** The socket of a viewer. */
export interface ViewerSocket {
  send(message: string | Buffer): void;
  /** Bytes that have been sent and have not left yet. */
  readonly bufferedAmount: number;
  close(code: number, reason: string): void;
}

export interface LiveViewerOptions {
  feed: LiveView;
  socket: ViewerSocket;
  clock: Clock;
  /**
   * The viewer says which picture it has got. Otherwise only what has left this machine counts, and what is on its way may be
   * much.
   */
  acknowledges: boolean;
  onDropped(pictures: number): void;
}

/** A viewer that got nothing for so long is behind. */
const MOST_BEHIND: Micros = millis(500);
/** Of a viewer that does not acknowledge. */
const MOST_BUFFERED = 512 * 1024;
/** Close code for what cannot be shown. */
const UNSUPPORTED = 4415;
/** Close code for a camera that nobody reads any more. */
const GONE = 4410;

/**
 * Sends a feed to one viewer: a text message with each stream, then its header, then a message for each picture, which begins
 * with its number. Whoever is too slow misses pictures up to the next keyframe, and so stays close to now.
 */
export class LiveViewer {
  readonly #options: LiveViewerOptions;
  /** What was sent and not acknowledged, oldest first. */
  #underWay: { number: number; at: MonotonicTime }[] = [];
  #skipping = false;
  /** The present GOP is being sent, all of it at once. */
  #beginning = false;
  #leave: () => void = () => {};

  constructor(options: LiveViewerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#beginning = true;
    this.#leave = this.#options.feed.view({
      onStream: (stream) => this.#stream(stream),
      onPicture: (picture) => this.#picture(picture),
      onUnsupported: (mediaType) =>
        this.#options.socket.close(UNSUPPORTED, `no live view of ${mediaType}`.slice(0, 120)),
      onClosed: () => this.#options.socket.close(GONE, 'no live pipeline reads the camera any more'),
    });
    this.#beginning = false;
  }

  stop(): void {
    this.#leave();
  }

  /** The viewer has got every picture up to this number. */
  acknowledge(number: number): void {
    this.#underWay = this.#underWay.filter((each) => each.number > number);
  }

  #stream({ initialisation, utc, ...stream }: LiveStream): void {
    const { socket } = this.#options;
    this.#underWay = [];
    this.#skipping = false;
    socket.send(JSON.stringify({ ...stream, startTime: toIso(utc) }));
    socket.send(initialisation);
  }

  #picture({ number, key, bytes }: LivePicture): void {
    const { socket, clock, acknowledges, onDropped } = this.#options;
    const now = clock.monotonic();
    if (!this.#beginning && this.#isBehind(now)) this.#skipping = true;
    else if (this.#skipping && key) this.#skipping = false;
    if (this.#skipping) {
      onDropped(1);
      return;
    }
    if (acknowledges) this.#underWay.push({ number, at: now });
    socket.send(bytes);
  }

  #isBehind(now: MonotonicTime): boolean {
    const { socket, acknowledges } = this.#options;
    if (!acknowledges) return socket.bufferedAmount > MOST_BUFFERED;
    const oldest = this.#underWay[0];
    return oldest !== undefined && now - oldest.at > MOST_BEHIND;
  }
}
