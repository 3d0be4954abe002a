import type { Step } from '../plan.js';
import type { Stage } from '../stage/stage.js';
import type { Scope } from '../witness.js';

/** A fault that has been done to the stage. */
export interface Injected extends Scope {
  /** What exactly it hit, for the history. */
  what: string;
  /** Ends it. */
  undo(): Promise<void> | void;
}

export interface Fault {
  /** Undefined if there is nothing that it could hit at the moment. */
  inject(stage: Stage, step: Step): Promise<Injected | undefined>;
}

/** For faults that need no end. */
export const nothing = (): void => {};
