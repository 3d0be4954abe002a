import type { EndReason } from '../types.js';
import { errorReason } from './bus-error.js';
import { type BusMessage, createPipeline, type GstElement, type NativePipeline } from './gstreamer.js';

/** How long the last message of a stopped pipeline may take. */
const QUIET_TIMEOUT_MS = 5000;

/**
 * A pipeline that is started and stopped many times: each new one leaks file descriptors and memory.
 *
 * The bus outlives a stop. Its messages arrive late and on another thread, so after each stop it is read until the
 * pipeline's own change to NULL, the last message of a run. Only then may the next run begin; otherwise it would
 * be ended by the errors of the run before.
 */
export class ReusablePipeline {
  readonly #native: NativePipeline;
  readonly #elements = new Map<string, GstElement>();
  #onEnd: ((reason: EndReason) => void) | undefined;
  #onWarning: (text: string) => void;
  #running = false;
  #quiet: (() => void) | undefined;

  constructor(launchText: string, onWarning: (text: string) => void) {
    // A flushed bus would leave a poll of a pipeline that never started blocked for ever, and the last message of a run
    // unseen. Said in the text: from Node.js 24 on, setting the binding's own property of that name does nothing.
    this.#native = createPipeline(`pipeline.( auto-flush-bus=false ${launchText} )`);
    this.#onWarning = onWarning;
  }

  /** Cached, because the binding never frees what it makes for an element. */
  element(name: string): GstElement {
    const element = this.#elements.get(name) ?? this.#native.findChild(name);
    if (element === undefined) throw new Error(`no element ${name}`);
    this.#elements.set(name, element);
    return element;
  }

  /** `onEnd` is called at most once, and not after `stop`. */
  start(onEnd: (reason: EndReason) => void): void {
    this.#onEnd = onEnd;
    this.#running = true;
    this.#native.play();
    this.#native.pollBus(this.#onMessage);
  }

  /** True when the pipeline is at rest and can be used again; false when it must be thrown away. */
  async stop(): Promise<boolean> {
    this.#onEnd = undefined;
    if (!this.#running) return true;
    this.#running = false;
    this.#native.stop();
    return await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => {
        this.#quiet = undefined;
        resolve(false);
      }, QUIET_TIMEOUT_MS);
      this.#quiet = () => {
        clearTimeout(timer);
        this.#quiet = undefined;
        // Not from within the bus callback: a pipeline that is no longer at NULL when it returns is polled twice.
        setImmediate(resolve, true);
      };
    });
  }

  /**
   * The binding asks for the next message by itself unless the pipeline is at NULL when the callback is over. So while
   * a run lasts nothing is decided within the callback, and one request is always under way; after a stop each message
   * has to be asked for.
   */
  #onMessage = (message: BusMessage): void => {
    if (this.#running) {
      setImmediate(() => this.#report(message));
    } else if (message.type === 'state-changed' && isPipeline(message) && message['new-state'] === 'GST_STATE_NULL') {
      this.#quiet?.();
    } else {
      this.#native.pollBus(this.#onMessage);
    }
  };

  #report(message: BusMessage): void {
    if (message.type === 'error') this.#end(errorReason(message));
    else if (message.type === 'eos') this.#end({ kind: 'eos' });
    else if (message.type === 'warning') this.#onWarning(errorReason(message).message);
  }

  #end(reason: EndReason): void {
    const onEnd = this.#onEnd;
    this.#onEnd = undefined;
    onEnd?.(reason);
  }
}

const isPipeline = (message: BusMessage): boolean => /^pipeline\d+$/.test(message._src_element_name ?? '');
