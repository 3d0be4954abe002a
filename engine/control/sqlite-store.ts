import type { Database, Statement } from 'better-sqlite3';
import type { CancelTimer, Clock } from '../core/clock.js';
import { messageOf, SluiceError, systemCode } from '../core/errors.js';
import type { ResourceStore } from './stores.js';

/** Tables of engine/store/migrations.ts. */
type ControlTable = 'pipeline_topologies' | 'live_pipelines' | 'remote_device_adapters';

const RETRY_MS = 1000;

export interface SqliteStoreOptions {
  clock: Clock;
  /** Whether a stored value has the form of a resource. A damaged file can hold anything. */
  isResource: (value: unknown) => boolean;
  /** Called after every change that is in the database. */
  onStored?: () => void;
}

/**
 * Resources of one kind as JSON rows, read once and kept in memory: there are a thousand at most, and they are read far
 * more often than they change.
 */
export class SqliteStore<T extends { name: string }> implements ResourceStore<T> {
  readonly #byName: Map<string, T>;
  readonly #put: Statement<[string, string]>;
  readonly #delete: Statement<[string]>;
  #names: readonly string[] | undefined;
  #sorted: readonly T[] | undefined;
  readonly #clock: Clock;
  readonly #onStored: () => void;
  /** Names of rows that hold no resource. They stay in the table until a resource of their name is stored or deleted. */
  readonly unreadable: readonly string[];
  /** Names of resources whose row is out of date, because the database could not be written. */
  readonly #outdated = new Set<string>();
  #timer: CancelTimer | undefined;
  #closed = false;
  #failure: string | undefined;

  constructor(db: Database, table: ControlTable, { clock, isResource, onStored = () => {} }: SqliteStoreOptions) {
    this.#clock = clock;
    this.#onStored = onStored;
    const rows = db.prepare<[], { name: string; resource: string }>(`SELECT name, resource FROM ${table}`).all();
    const read = rows.map(({ name, resource }) => [name, parsed(resource)] as const);
    const sound = read.filter(([name, value]) => isResource(value) && (value as T).name === name);
    this.#byName = new Map(sound.map(([name, value]) => [name, value as T]));
    this.unreadable = read.map(([name]) => name).filter((name) => !this.#byName.has(name));
    this.#put = db.prepare(`INSERT OR REPLACE INTO ${table} (name, resource) VALUES (?, ?)`);
    this.#delete = db.prepare(`DELETE FROM ${table} WHERE name = ?`);
  }

  get size(): number {
    return this.#byName.size;
  }

  get(name: string): T | undefined {
    return this.#byName.get(name);
  }

  list(): readonly T[] {
    this.#names ??= [...this.#byName.keys()].sort();
    this.#sorted ??= this.#names.map((name) => this.#byName.get(name)!);
    return this.#sorted;
  }

  get unstored(): readonly string[] {
    return [...this.#outdated];
  }

  get failure(): string | undefined {
    return this.#outdated.size === 0 ? undefined : this.#failure;
  }

  put(resource: T): void {
    this.#write(resource);
    this.#outdated.delete(resource.name);
    this.#keep(resource);
  }

  putAnyway(resource: T): void {
    this.#keep(resource);
    this.#outdated.add(resource.name);
    this.#flush();
  }

  delete(name: string): boolean {
    if (!this.#byName.has(name)) return false;
    this.#stored(() => this.#delete.run(name));
    this.#outdated.delete(name);
    this.#byName.delete(name);
    this.#names = undefined;
    this.#sorted = undefined;
    return true;
  }

  close(): void {
    this.#closed = true;
    this.#flush();
  }

  #flush(): void {
    this.#timer?.();
    this.#timer = undefined;
    try {
      for (const name of this.#outdated) {
        this.#write(this.#byName.get(name)!);
        this.#outdated.delete(name);
      }
    } catch (error) {
      this.#failure = messageOf(error);
      if (!this.#closed) this.#timer = this.#clock.after(RETRY_MS, () => this.#flush());
    }
  }

  #keep(resource: T): void {
    if (!this.#byName.has(resource.name)) this.#names = undefined;
    this.#byName.set(resource.name, resource);
    this.#sorted = undefined;
  }

  #write(resource: T): void {
    this.#stored(() => this.#put.run(resource.name, JSON.stringify(resource)));
  }

  #stored(work: () => void): void {
    try {
      work();
    } catch (error) {
      throw new SluiceError('ResourceNotStored', `the database cannot be written: ${messageOf(error)}`, {
        kind: systemCode(error) === 'SQLITE_FULL' ? 'exhausted' : 'unavailable',
        hint: 'Free space on the disk of the data folder.',
        cause: error,
      });
    }
    this.#onStored();
  }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
