import type { RunFailure } from '../failure.js';

/** What keeps a run from beginning, or from going on; becomes its end reason. */
export class RunError extends Error {
  override readonly name = 'RunError';

  constructor(readonly failure: RunFailure) {
    super(failure.message);
  }
}
