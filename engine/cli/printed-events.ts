import { type Micros, seconds } from '../core/time.js';
import type { Engine } from '../engine.js';
import { StandardOutput } from '../log/standard-output.js';
import { type EngineParts, partsOf } from '../parts-of.js';
import type { EventView } from './attend.js';
import { EventPrinter } from './event-printer.js';
import { pause } from './timing.js';

/** How long the end of a run waits for a reader of the events that takes nothing, and for one that takes little. */
const END_IDLE: Micros = seconds(2);
const END: Micros = seconds(10);

/** Events as JSON lines on standard output. */
export class PrintedEvents implements EventView {
  readonly gone: Promise<void>;
  readonly #parts: EngineParts;
  readonly #printer: EventPrinter;

  constructor(engine: Engine) {
    const parts = partsOf(engine);
    const { journal, clock, startSeq: since } = parts;
    let onGone = (): void => {};
    this.gone = new Promise((resolve) => {
      onGone = resolve;
    });
    this.#parts = parts;
    this.#printer = new EventPrinter({ journal, since, output: new StandardOutput(1), clock, onGone });
  }

  start(): void {
    this.#printer.start();
  }

  stop(): void {
    this.#printer.stop();
  }

  /** Waits until every event has been printed, unless the reader does not take them; then says where they are. */
  async finish(): Promise<void> {
    const { journal, clock, config, log } = this.#parts;
    const printer = this.#printer;
    const began = clock.monotonic();
    let taken = printer.taken;
    let progress = began;
    while (printer.printed < journal.lastSeq && !printer.gone) {
      const now = clock.monotonic();
      if (printer.taken > taken) progress = now;
      taken = printer.taken;
      if (now - progress > END_IDLE || now - began > END) break;
      await pause(5);
    }
    const events = journal.lastSeq - printer.printed;
    if (events === 0) return;
    const left = `${events} events were not printed because nobody read them`;
    log.warn({ events, after: printer.printed }, `${left}; they are in the event log in ${config.dataDir}`);
  }
}
