import { parseSdp } from '../../../bridge/rtsp/sdp.js';
import type { CancelTimer } from '../../core/clock.js';
import { MICROS_PER_MS } from '../../core/time.js';
import type { Engine } from '../../engine.js';
import { AvaEvent, pipelineOf } from '../../events/catalogue.js';
import type { Subscription } from '../../events/subscribe.js';
import type { EventRecord } from '../../events/types.js';
import { LogLines } from '../../log/log-lines.js';
import { isGone, type PatientOutput, StandardOutput } from '../../log/standard-output.js';
import type { EngineParts } from '../../parts-of.js';
import type { EventView } from '../attend.js';
import { pause } from '../timing.js';
import { eventLines, isAway, MOTION, seenIn } from './event-lines.js';

/** Nothing has been seen for so long: what was seen is over. As long as the gate waits, so that a clip is one event. */
const QUIET_MS = 10_000;
/** How often it is said that a camera is still away. */
const STILL_AWAY_MS = 60_000;
/** How long the first picture of a camera, which says how large it is, is waited for. */
const PICTURE_PATIENCE_MS = 10_000;
const PICTURE_POLL_MS = 100;

/** What is going on at a camera. */
interface Story {
  /** What was seen; when first and last, in ms since the Unix epoch. */
  seen?: { what: string; from: number; to: number; over: CancelTimer };
  /** Ends the reminders of a camera that is away. */
  away?: CancelTimer;
}

/** What is told of an engine, and what that needs. */
type ToldEngine = Pick<Engine, 'events' | 'cameras' | 'startSeq'>;
type ToldParts = Pick<EngineParts, 'clock' | 'journal'>;

/** Events as text for a person, on standard output. */
export class ToldEvents implements EventView {
  readonly gone: Promise<void>;
  readonly #engine: ToldEngine;
  readonly #parts: ToldParts;
  readonly #lines: LogLines;
  readonly #stories = new Map<string, Story>();
  #events: Subscription | undefined;

  constructor(engine: ToldEngine, parts: ToldParts, output: PatientOutput = new StandardOutput(1)) {
    let onGone = (): void => {};
    this.gone = new Promise((resolve) => {
      onGone = resolve;
    });
    this.#engine = engine;
    this.#parts = parts;
    const watched: PatientOutput = {
      write: (bytes) => {
        const written = output.write(bytes);
        if (isGone(written)) onGone();
        return written;
      },
    };
    this.#lines = new LogLines({ output: watched, clock: parts.clock });
  }

  start(): void {
    this.#events = this.#engine.events.subscribe({ since: this.#engine.startSeq }, (event) => this.#tell(event));
  }

  async finish(): Promise<void> {
    const { journal } = this.#parts;
    while (this.#events && this.#events.seq < journal.lastSeq) await pause(5);
    for (const [name, story] of this.#stories) this.#over(name, story);
  }

  stop(): void {
    this.#events?.close();
    this.#events = undefined;
    for (const { seen, away } of this.#stories.values()) {
      seen?.over();
      away?.();
    }
    this.#stories.clear();
  }

  /** A line that is about no camera. */
  say(text: string): void {
    this.#lines.write(`${text}\n`);
  }

  /** A line about a camera, with the time. Further lines of the text are put under it. */
  about(name: string, text: string): void {
    const head = `${localTime(this.#parts.clock.utc() / MICROS_PER_MS)}  ${name === '' ? '' : `${name}: `}`;
    this.say(`${head}${text.replaceAll('\n', `\n${' '.repeat('00:00:00  '.length)}`)}`);
  }

  #tell(event: EventRecord): void {
    const name = pipelineOf(event.subject);
    const story = this.#storyOf(name);
    if (event.eventType === AvaEvent.Inference) this.#saw(name, story, event);
    if (event.eventType === AvaEvent.MediaSessionEstablished) {
      story.away?.();
      delete story.away;
      void this.#introduce(name, String(event.data['sdp'] ?? ''));
    }
    // The clip that it has caused is ready: what was seen is over, whatever the timer says.
    if (event.eventType === AvaEvent.RecordingStopped) this.#over(name, story);
    const lines = eventLines(event);
    if (lines !== undefined) this.about(name, lines);
    if (isAway(event)) story.away ??= this.#remind(name, story);
  }

  #storyOf(name: string): Story {
    const known = this.#stories.get(name) ?? {};
    this.#stories.set(name, known);
    return known;
  }

  #saw(name: string, story: Story, event: EventRecord): void {
    const at = Date.parse(event.eventTime);
    const { what, from } = story.seen ?? { what: seenIn(event), from: at };
    if (story.seen) story.seen.over();
    else this.about(name, what === MOTION ? 'motion began' : `seen: ${what}`);
    const over = this.#parts.clock.after(QUIET_MS, () => this.#over(name, story));
    story.seen = { what, from, to: at, over };
  }

  #over(name: string, story: Story): void {
    if (!story.seen) return;
    const { what, from, to, over } = story.seen;
    over();
    delete story.seen;
    const lasted = `after ${Math.max(1, Math.round((to - from) / 1000))} s`;
    this.about(name, what === MOTION ? `motion ended ${lasted}` : `nothing seen any more, ${lasted}`);
  }

  #remind(name: string, story: Story): CancelTimer {
    return this.#parts.clock.after(STILL_AWAY_MS, () => {
      const trouble = this.#engine.cameras.list().find((camera) => camera.pipelines.includes(name))?.trouble;
      delete story.away;
      if (!trouble) return;
      this.about(name, `still away, since ${localTime(trouble.since / MICROS_PER_MS)}: ${trouble.message}`);
      story.away = this.#remind(name, story);
    });
  }

  /** Says what the camera sends, as soon as its first picture has told. */
  async #introduce(name: string, sdp: string): Promise<void> {
    const video = await this.#videoOf(name);
    const facts = [
      ...(video ? [`${CODECS[video.codec] ?? video.codec} ${video.width}x${video.height}`] : []),
      parseSdp(sdp).media.some(({ media }) => media === 'audio') ? 'with sound' : 'without sound',
    ];
    if (this.#events) this.about(name, `connected: ${facts.join(', ')}`);
  }

  async #videoOf(name: string) {
    for (let waited = 0; this.#events && waited < PICTURE_PATIENCE_MS; waited += PICTURE_POLL_MS) {
      const camera = this.#engine.cameras.list().find(({ pipelines }) => pipelines.includes(name));
      if (camera?.video) return camera.video;
      await pause(PICTURE_POLL_MS);
    }
    return undefined;
  }
}

const CODECS: Readonly<Record<string, string>> = { h264: 'H.264', h265: 'H.265', mjpeg: 'MJPEG' };

/** `17:04:59` where this machine is. */
const localTime = (ms: number): string => new Date(ms).toTimeString().slice(0, 8);
