import type { StreamCaps } from '../../../bridge/index.js';
import type { DecodePolicy } from '../../core/decode-policy.js';
import { DEFAULT_PRIORITY, type Priority } from '../../core/priority.js';
import type { FirstLooks, FirstLookTurn } from './first-looks.js';

const MEANWHILE: DecodePolicy = { kind: 'keyframes' };
/** Cameras that do not say how many pictures they send. */
const USUAL_FPS = 25;

export interface FirstLookDeps {
  /** Absent: its turn comes at once. */
  firstLooks?: FirstLooks | undefined;
  priority?(): Priority;
}

/** A camera's part in `FirstLooks`. */
export class FirstLook {
  readonly #deps: FirstLookDeps;
  readonly #onTurn: () => void;
  #turn: FirstLookTurn | undefined;
  /** Everything is decoded, as far as the others know. */
  #isClose = true;

  constructor(deps: FirstLookDeps, onTurn: () => void) {
    this.#deps = deps;
    this.#onTurn = onTurn;
  }

  policyFor(asked: DecodePolicy | undefined): DecodePolicy | undefined {
    if (asked?.kind !== 'adaptive') this.forget();
    return this.#turn?.hasCome === false ? MEANWHILE : asked;
  }

  /** Asks for a turn, if it has not. @returns whether everything may be decoded. */
  mayBegin({ width, height, frameRate }: StreamCaps, priority = this.#deps.priority?.() ?? DEFAULT_PRIORITY): boolean {
    const cost = (width ?? 0) * (height ?? 0) * (frameRate ?? USUAL_FPS);
    this.#turn ??= this.#deps.firstLooks?.ask({ cost, priority, onTurn: this.#onTurn });
    return this.#turn?.hasCome !== false;
  }

  /** A unit has come. @param glances nothing but keyframes is decoded at present. */
  unit(glances: boolean): void {
    const turn = this.#turn;
    if (!turn) return;
    if (!turn.hasCome) turn.again();
    else if (glances === this.#isClose) {
      this.#isClose = !glances;
      turn.closely(this.#isClose);
    }
  }

  /** What comes next is to be looked at anew. */
  forget(): void {
    this.#turn?.end();
    this.#turn = undefined;
    this.#isClose = true;
  }
}
