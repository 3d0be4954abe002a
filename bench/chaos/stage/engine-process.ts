import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { argumentsOf, descendantsOf } from '../../density/processes.js';
import { roleOf } from '../../density/sluice.js';
import type { History } from '../history.js';
import { awaited } from '../patience.js';
import type { Marks } from './marks.js';
import { membersOf } from './process-group.js';

const COMMAND_LINE = fileURLToPath(new URL('../../../engine/cli/main.js', import.meta.url));
const START_MS = 20_000;
/** Open clips are finished first. */
const STOP_MS = 30_000;
/** Bridge hosts notice that the engine has gone by their lanes and by its control channel. */
const ORPHANS_MS = 10_000;

export type HostRole = 'ingest' | 'decode';

/** `sluice serve` as a process group of its own, which is killed, stopped and started again. */
export class EngineProcess {
  /** Whether it should be running: while it should not, nobody complains that it does not answer. */
  expected = false;
  readonly #configFile: string;
  readonly #logFile: string;
  readonly #base: string;
  readonly #history: History;
  readonly #marks: Marks;
  #child: ChildProcess | undefined;

  constructor(options: { configFile: string; logFile: string; base: string; history: History; marks: Marks }) {
    this.#configFile = options.configFile;
    this.#logFile = options.logFile;
    this.#base = options.base;
    this.#history = options.history;
    this.#marks = options.marks;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get running(): boolean {
    const child = this.#child;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** Everything that it has logged, over all starts. */
  get log(): string {
    return readFileSync(this.#logFile, 'utf8');
  }

  /** Starts the process without waiting for it to be ready; resolves when it has ended. */
  spawn(): Promise<void> {
    const child = spawn(process.execPath, [COMMAND_LINE, 'serve', '--config', this.#configFile], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => appendFileSync(this.#logFile, chunk));
    }
    return once(child, 'exit').then(([code, signal]) => {
      if (!this.expected || this.#child !== child) return;
      this.expected = false;
      this.#history.violation('engine.exit', `it ended by itself with ${signal ?? code}: ${this.log.slice(-600)}`);
    });
  }

  /** Starts it and waits until it answers. */
  async start(): Promise<void> {
    appendFileSync(this.#logFile, '');
    void this.spawn();
    const up = await awaited(async () => ((await this.#answers()) ? true : this.running ? undefined : false), START_MS);
    if (up) this.expected = true;
    else this.#history.violation('engine.start', `it does not start: ${this.log.slice(-600)}`);
  }

  /** kill -9 of everything that belongs to it. */
  async killGroup(): Promise<void> {
    await this.#end('SIGKILL', true);
  }

  /** kill -9 of the engine's own process. Its hosts must notice, and end. */
  async killAlone(): Promise<void> {
    const group = this.pid;
    await this.#end('SIGKILL', false);
    const gone = await awaited(() => (membersOf(group).length === 0 ? true : undefined), ORPHANS_MS);
    if (gone) return;
    const left = membersOf(group).map((pid) => roleOf(argumentsOf(pid)));
    this.#history.violation('engine.orphans', `processes outlive the engine by ${ORPHANS_MS} ms: ${left.join(', ')}`);
    process.kill(-group, 'SIGKILL');
  }

  /** The orderly way. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (!child || !this.running) return;
    this.expected = false;
    process.kill(this.pid, 'SIGTERM');
    const ended = await awaited(() => (this.running ? undefined : true), STOP_MS);
    if (!ended) {
      this.#history.violation(
        'engine.stop',
        `it does not end within ${STOP_MS} ms of SIGTERM: ${this.log.slice(-600)}`,
      );
      await this.killGroup();
    } else if (child.exitCode !== 0) {
      this.#history.violation('engine.exitCode', `SIGTERM ends it with ${child.signalCode ?? child.exitCode}`);
    }
  }

  /** What it writes is not read until `readOutput`. */
  blockOutput(): void {
    for (const stream of [this.#child?.stdout, this.#child?.stderr]) stream?.pause();
  }

  readOutput(): void {
    for (const stream of [this.#child?.stdout, this.#child?.stderr]) stream?.resume();
  }

  /** Process ids of its hosts of a role, in the order of their start. */
  hosts(role: HostRole): number[] {
    return descendantsOf(this.pid)
      .filter((pid) => roleOf(argumentsOf(pid)) === `${role} host`)
      .sort((a, b) => a - b);
  }

  async #end(signal: NodeJS.Signals, group: boolean): Promise<void> {
    const child = this.#child;
    if (!child || !this.running) return;
    this.expected = false;
    const exit = once(child, 'exit');
    const { pid } = this;
    this.#marks.engineKilledAt.push(Date.now());
    process.kill(group ? -pid : pid, signal);
    await exit;
    // The members of a group end one after the other.
    while (group && membersOf(pid).length > 0) await sleep(10);
  }

  async #answers(): Promise<boolean> {
    try {
      return (await fetch(`${this.#base}/healthz`, { signal: AbortSignal.timeout(2000) })).ok;
    } catch {
      return false;
    }
  }
}
