import type Sqlite from 'better-sqlite3';
import { ControlPlane, type ControlPlaneOptions } from '../../engine/control/control-plane.js';
import type { EventDraft, EventPublisher } from '../../engine/events/types.js';
import { nodeTable } from '../../engine/nodes/table.js';
import type { PipelineRunner } from '../../engine/pipeline/runner.js';
import { MIGRATIONS, migrate } from '../../engine/store/migrations.js';
import { openSqlite } from '../../engine/store/sqlite-driver.js';
import type { ResolvedPipeline } from '../../engine/topology/resolved.js';
import { FakeClock } from './fake-clock.js';

/** Remembers what it was given. */
class RecordingPublisher implements EventPublisher {
  readonly drafts: EventDraft[] = [];

  publish(draft: EventDraft): string {
    this.drafts.push(draft);
    return `event-${this.drafts.length}`;
  }
}

/** A runtime whose answers a test gives, when and as it likes. */
class FakeRunner implements PipelineRunner {
  readonly active = new Map<string, ResolvedPipeline>();
  readonly calls: string[] = [];
  /** Runs before a call takes effect; a rejection becomes the call's. */
  before: (call: string) => Promise<void> = async () => {};

  async activate(pipeline: ResolvedPipeline): Promise<void> {
    this.calls.push(`activate ${pipeline.name}`);
    await this.before(`activate ${pipeline.name}`);
    this.active.set(pipeline.name, pipeline);
  }

  async deactivate(name: string): Promise<void> {
    this.calls.push(`deactivate ${name}`);
    await this.before(`deactivate ${name}`);
    this.active.delete(name);
  }
}

/** A call that stays open until the test closes it. */
export interface Latch {
  readonly open: Promise<void>;
  release(): void;
  fail(error: unknown): void;
}

export const latch = (): Latch => {
  let release = (): void => {};
  let fail = (_: unknown): void => {};
  const open = new Promise<void>((resolve, reject) => {
    release = resolve;
    fail = reject;
  });
  return { open, release, fail };
};

export const memoryDatabase = (): Sqlite.Database => {
  const db = openSqlite(':memory:');
  migrate(db, MIGRATIONS);
  return db;
};

export const controlHarness = (options: Partial<ControlPlaneOptions> = {}, db = memoryDatabase()) => {
  const runner = new FakeRunner();
  const events = new RecordingPublisher();
  const clock = new FakeClock();
  const control = new ControlPlane({
    db,
    nodeTable,
    runner,
    events,
    clock,
    ...options,
  });
  return { control, runner, events, clock, db };
};
