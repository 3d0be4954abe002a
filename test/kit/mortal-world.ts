/**
 * What a process does to files and to its database, as steps, any of which can be its last. A process that is killed does
 * nothing more: from then on every step throws. That a process catches this and goes on changes nothing outside.
 */
import type * as Fs from 'node:fs';
import type { Database } from '../../engine/store/sqlite.js';

/** `dies`: it does neither this step nor any other. `fails`: the system refuses this one step. */
export type Fate = 'dies' | 'fails';

export class MortalWorld {
  dead = false;
  /** Steps that were taken since the start of this life. */
  taken = 0;
  #plan: { fate: Fate; at: number } | undefined;
  #watching = false;

  /** A new process. `plan` says what happens to it, and at which step; nothing does without it. */
  begin(plan?: { fate: Fate; at: number }): void {
    this.dead = false;
    this.taken = 0;
    this.#plan = plan;
  }

  /** What `work` does is done by the process; everything else is the work of others. */
  watch<T>(work: () => T): T {
    this.#watching = true;
    try {
      return work();
    } finally {
      this.#watching = false;
    }
  }

  step(code: string): void {
    if (!this.#watching) return;
    const { fate, at } = this.#plan ?? { fate: 'fails', at: -1 };
    if (this.taken++ === at && !this.dead) {
      this.dead = fate === 'dies';
      if (fate === 'fails') throw Object.assign(new Error(`${code}: a step has failed`), { code });
    }
    if (this.dead) throw Object.assign(new Error('the process is dead'), { code });
  }

  /** The functions of `node:fs` that the engine changes files with. */
  fileSystem(fs: typeof Fs): Partial<typeof Fs> {
    // biome-ignore lint/suspicious/noExplicitAny: functions of all shapes, passed on as they are.
    const step = (change: (...args: any[]) => any) => {
      // biome-ignore lint/suspicious/noExplicitAny: as above
      return (...args: any[]) => {
        this.step('EIO');
        return change(...args);
      };
    };
    return {
      openSync: ((path, flags, mode) => {
        if (flags !== 'r' && flags !== undefined) this.step('EIO');
        return fs.openSync(path, flags, mode);
      }) as typeof fs.openSync,
      unlinkSync: step(fs.unlinkSync),
      mkdirSync: step(fs.mkdirSync) as typeof fs.mkdirSync,
      ftruncateSync: step(fs.ftruncateSync),
      writeSync: step(fs.writeSync) as typeof fs.writeSync,
      fchmodSync: step(fs.fchmodSync),
    };
  }

  /** The database, of which every statement that writes, and every commit, is a step. */
  database(db: Database): Database {
    // biome-ignore lint/suspicious/noExplicitAny: statements of all shapes, passed on as they are.
    const statement = (prepared: any): any =>
      wrapped(prepared, {
        run: (...args: unknown[]) => {
          this.step('SQLITE_IOERR');
          return prepared.run(...args);
        },
        pluck: () => statement(prepared.pluck()),
      });
    return wrapped(db, {
      prepare: (sql: string) => statement(db.prepare(sql)),
      transaction: (work: (...args: unknown[]) => unknown) =>
        db.transaction((...args: unknown[]) => {
          const result = work(...args);
          this.step('SQLITE_IOERR');
          return result;
        }),
    });
  }
}

const wrapped = <T extends object>(target: T, own: Record<string, unknown>): T =>
  new Proxy(target, {
    get(_, name) {
      if (typeof name === 'string' && name in own) return own[name];
      const value = Reflect.get(target, name, target) as unknown;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
