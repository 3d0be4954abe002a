import type { Step } from '../plan.js';
import type { Stage } from '../stage/stage.js';

/** A fault that has been done to the stage. */
export interface Injected {
  /** What exactly it hit, for the history. */
  what: string;
  /** Live pipelines that it may disturb; undefined for all. */
  pipelines?: readonly string[];
  /** Ends it. */
  undo(): Promise<void> | void;
}

export interface Fault {
  /** Undefined if there is nothing that it could hit at the moment. */
  inject(stage: Stage, step: Step): Promise<Injected | undefined>;
}

/** For faults that need no end. */
export const nothing = (): void => {};
