import { type CancelTimer, type Clock, every } from '../core/clock.js';
import { messageOf } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import { SluiceEvent } from '../events/catalogue.js';
import type { EventData, EventType } from '../events/definitions/index.js';
import type { EventPublisher } from '../events/types.js';
import type { FolderState } from '../store/sqlite.js';

const LOOK_MS = 1000;

interface DataFolderWatchDeps {
  store: { look(): FolderState; checkpointHere(): void };
  /** The folders in it that recordings are written to. */
  folders: readonly { root: string; restore(): void }[];
  events: EventPublisher;
  clock: Clock;
  log: Logger;
}

interface Trouble {
  problem: string;
  hint: string;
  /** Whether what is written now is gone when the engine stops. */
  writesAreLost: boolean;
}

const UNNAMED = 'the engine still writes to the file that it has open, which has no name here any more';
const LOST = 'what is written now will be gone when the engine stops';

/** What is wrong with a data folder, and what to do; undefined if nothing is. */
const troubleOf = (state: FolderState): Trouble | undefined => {
  switch (state.kind) {
    case 'whole':
      return undefined;
    case 'unreachable':
      return {
        problem: `${state.path} cannot be reached: ${state.code}`,
        hint: 'Check the disk and its permissions; the engine goes on by itself when it is there again.',
        writesAreLost: false,
      };
    case 'folderGone':
      return {
        problem: `the data folder ${state.path} is gone; ${LOST}`,
        hint: 'Mount or move the same folder back, and the engine goes on by itself; restart it to begin with an empty one.',
        writesAreLost: true,
      };
    case 'fileGone':
    case 'fileReplaced':
      return fileTrouble(state.path, state.kind === 'fileGone');
  }
};

const fileTrouble = (path: string, gone: boolean): Trouble => {
  const what = gone ? `${path} was removed` : `${path} was replaced by another file`;
  if (path.endsWith('.lock')) {
    return {
      problem: `${what}; a second engine could now use this folder`,
      hint: 'Restart the engine, so that it locks the folder again.',
      writesAreLost: false,
    };
  }
  if (path.endsWith('-wal')) {
    return {
      problem: `${what}; what is written is copied into the database once a second`,
      hint: 'Restart the engine in an orderly way, and nothing is lost.',
      writesAreLost: false,
    };
  }
  return {
    problem: `${what}; ${UNNAMED}; ${LOST}`,
    hint: gone
      ? 'Move the same file back, and the engine goes on by itself; restart it to begin with an empty database.'
      : 'Restart the engine to use the file that is there now. It writes nothing to it until then.',
    writesAreLost: true,
  };
};

/**
 * Looks every second whether the data folder still has the files that the engine holds open: on a file without a name,
 * or on a folder that is not mounted any more, everything seems to work until it ends. Events that tell of it go to the
 * same log: to those who listen now, and to all others if the folder comes back.
 */
export class DataFolderWatch {
  readonly #deps: DataFolderWatchDeps;
  #trouble: Trouble | undefined;
  #mediaFailure: string | undefined;
  #stop: CancelTimer | undefined;

  constructor(deps: DataFolderWatchDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#stop = every(this.#deps.clock, LOOK_MS, () => this.#look());
  }

  stop(): void {
    this.#stop?.();
  }

  /** What is wrong and what to do; undefined if nothing is. */
  get failure(): string | undefined {
    return this.#trouble ? `${this.#trouble.problem}. ${this.#trouble.hint}` : this.#mediaFailure;
  }

  /** Whether the folder has the files that are open. */
  get whole(): boolean {
    return this.#trouble === undefined;
  }

  #look(): void {
    const { store } = this.#deps;
    const state = store.look();
    const trouble = troubleOf(state);
    if (trouble?.problem !== this.#trouble?.problem) this.#changed(trouble);
    if ('path' in state && state.path.endsWith('-wal')) store.checkpointHere();
    // A folder that is not the engine's is no place for recordings.
    if (!trouble) this.#restoreFolders();
  }

  #changed(trouble: Trouble | undefined): void {
    const { log } = this.#deps;
    const before = this.#trouble;
    this.#trouble = trouble;
    if (trouble) {
      log.error({ hint: trouble.hint }, trouble.problem);
      this.#publish(SluiceEvent.DataFolderLost, { ...trouble });
      return;
    }
    log.warn('the data folder is there again, with the files of this engine');
    this.#publish(SluiceEvent.DataFolderRestored, before ? { was: before.problem } : {});
  }

  #restoreFolders(): void {
    const failures: string[] = [];
    for (const folder of this.#deps.folders) {
      try {
        folder.restore();
      } catch (error) {
        failures.push(`recordings cannot be written to ${folder.root}: ${messageOf(error)}`);
      }
    }
    const failure = failures.length > 0 ? failures.join('; ') : undefined;
    if (failure !== undefined && failure !== this.#mediaFailure) this.#deps.log.error(failure);
    this.#mediaFailure = failure;
  }

  #publish<Type extends EventType>(eventType: Type, data: EventData<Type>): void {
    const { events, clock } = this.#deps;
    events.publish({ eventType, subject: '', eventTime: clock.utc(), data });
  }
}
