import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { Lane } from '../lanes/lane.js';
import type { EndReason } from '../types.js';
import { CameraDialler } from './camera-dialler.js';
import { forwardLines } from './forward-lines.js';
import { type HostOptions, hostCommand } from './host-command.js';
import { LastWords } from './last-words.js';
import {
  type FilterSpec,
  type FromHost,
  fdBehindLanes,
  type HostSettings,
  LANES_PER_SLOT,
  laneFds,
  MARKER_LENGTH,
  type Role,
  type RunNews,
  type StillShape,
  type ToHost,
} from './protocol.js';
import { WrappedProcess } from './wrapped-process.js';

export type LogFn = (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;

/**
 * What a run reports: perhaps news on its way; `ended`, once, when everything that the host wrote has been read; then
 * `freed`, when its slot is.
 */
export interface RunHandlers {
  news?(news: RunNews): void;
  ended(reason: EndReason): void;
  freed(): void;
}

export interface HostProcessEvents {
  /** Once, before its runs are told: what they start then must not go to this process. */
  lost(why: string): void;
  worn(why: string): void;
  /** A slot became free. */
  freed(): void;
  log: LogFn;
}

/** How long a host may take until it is ready: without a cache GStreamer scans all its plugins first. */
const START_TIMEOUT_MS = 30_000;
/** How long what a dead host has said is read at most: a process of its own may hold on to its stderr. */
const LAST_WORDS_MS = 500;

/**
 * A host process as its parent sees it: started, given commands, watched, and killed when it does not answer. It knows
 * nothing of what its runs mean. What runs inside the process is bridge/child.
 */
export class HostProcess {
  readonly slots: number;
  readonly #wrapped: WrappedProcess;
  readonly #child: ChildProcess;
  /** Of each slot. */
  readonly #lanes: Lane[][];
  readonly #runs = new Map<number, { id: number; handlers: RunHandlers; ending: boolean }>();
  readonly #events: HostProcessEvents;
  readonly #dialler: CameraDialler;
  readonly #exited: Promise<void>;
  #nextRun = 1;
  #lastAnswer = performance.now();
  #ready = false;
  readonly #words = new LastWords();
  #said: Promise<void> = Promise.resolve();
  #lostWhy: string | undefined;
  #settleExited = (): void => {};

  private constructor(wrapped: WrappedProcess, lanes: Lane[][], slots: number, events: HostProcessEvents) {
    this.slots = slots;
    this.#wrapped = wrapped;
    this.#child = wrapped.child;
    this.#lanes = lanes;
    this.#events = events;
    this.#dialler = new CameraDialler(
      (message, connection) => this.#send(message, connection),
      (message) => events.log('warn', message),
    );
    this.#exited = new Promise((resolve) => {
      this.#settleExited = resolve;
    });
  }

  static start(
    role: Role,
    slots: number,
    events: HostProcessEvents,
    { sandbox = {} }: { sandbox?: HostOptions } = {},
  ): HostProcess {
    const marker = randomBytes(MARKER_LENGTH);
    const settings: HostSettings = { role, slots, marker: marker.toString('hex') };
    const { command, args, env, cwd, seccomp, wrappers } = hostCommand(settings, sandbox);
    const child = spawn(command, args, {
      stdio: [
        'ignore',
        'ignore',
        'pipe',
        'ipc',
        ...Array<'pipe'>(LANES_PER_SLOT[role] * slots + (seccomp ? 1 : 0)).fill('pipe'),
      ],
      env,
      cwd,
    });
    // Without descriptors left, spawn() gives a child without streams, and its error comes later.
    const stdio = (child.stdio as ChildProcess['stdio'] | undefined) ?? [];
    const program = stdio[fdBehindLanes(role, slots)] as unknown as Socket | undefined;
    // It is read before the host begins; should nobody read it, that is reported as the process's end.
    program?.on('error', () => {}).end(seccomp ?? '');
    program?.unref();
    const lanes = Array.from({ length: stdio.length === 0 ? 0 : slots }, (_, slot) =>
      laneFds(role, slots, slot).map((fd) => new Lane(stdio[fd] as unknown as Socket, marker)),
    );
    const host = new HostProcess(new WrappedProcess(child, wrappers), lanes, slots, events);
    host.#watch();
    return host;
  }

  /** That of the host itself, whatever holds it; undefined until it has begun. */
  get pid(): number | undefined {
    return this.#lostWhy === undefined ? this.#wrapped.pid : undefined;
  }

  get slotsUsed(): number {
    return this.#runs.size;
  }

  get alive(): boolean {
    return this.#lostWhy === undefined;
  }

  /** Whether it has ever answered. One that dies before has not begun with any of its runs. */
  get ready(): boolean {
    return this.#ready;
  }

  /** Starts a filter in a free slot, or returns undefined when there is none. */
  start(filter: FilterSpec, handlers: RunHandlers): RunHandle | undefined {
    if (!this.alive) return undefined;
    const slot = this.#lanes.findIndex((_, index) => !this.#runs.has(index));
    const [lane, sound] = this.#lanes[slot] ?? [];
    if (lane === undefined) return undefined;
    const id = this.#nextRun++;
    this.#runs.set(slot, { id, handlers, ending: false });
    this.#dialler.begin(id, filter);
    this.#send({ type: 'start', slot, run: id, filter });
    return {
      lane,
      sound,
      stop: () => {
        this.#dialler.end(id);
        this.#send({ type: 'stop', slot, run: id });
      },
      play: () => this.#send({ type: 'play', slot, run: id }),
      readInRounds: (yes) => this.#send({ type: 'rounds', slot, run: id, yes }),
      shape: (shape) => this.#send({ type: 'shape', slot, run: id, shape }),
    };
  }

  /** To be called about once a second. `patienceMs`: how long the host may be silent. */
  checkPulse(patienceMs: number): void {
    if (!this.alive) return;
    const silent = performance.now() - this.#lastAnswer;
    if (silent > (this.#ready ? patienceMs : Math.max(patienceMs, START_TIMEOUT_MS))) {
      this.kill(`did not answer for ${Math.round(silent)} ms`);
      return;
    }
    this.#send({ type: 'ping', id: this.#nextRun });
  }

  /** The silence so far does not count: this process, or the whole machine, was held up. */
  excuse(): void {
    this.#lastAnswer = performance.now();
  }

  /** Immediate and unconditional. @param reason with which its runs end; `hostLost` if it is not given */
  kill(why: string, reason?: EndReason): void {
    this.#wrapped.kill();
    this.#lose(why, reason);
  }

  /** Resolves when the process is gone. */
  exited(): Promise<void> {
    // Someone waits for this, so the event loop must stay alive until then.
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.ref();
    return this.#exited;
  }

  #watch(): void {
    this.#child.once('exit', (code, signal) => void this.#onExit(this.#wrapped.ending(code, signal)));
    this.#child.once('error', (error) => this.#gone(`could not be started: ${error.message}`));
    this.#child.on('message', (message) => this.#onMessage(message as FromHost));
    this.#said = forwardLines(
      this.#child.stderr as Readable | undefined,
      (line) => this.#events.log('debug', line),
      (line) => {
        if (!this.#ready) this.#words.hear(line);
      },
    );
    this.#child.unref();
    this.#child.channel?.unref();
  }

  /** One that has never begun has said why: a library that is missing, or what holds it. */
  async #onExit(ending: string): Promise<void> {
    if (!this.#ready && this.alive) {
      await Promise.race([this.#said, new Promise((resolve) => setTimeout(resolve, LAST_WORDS_MS))]);
    }
    this.#gone(`exited with ${ending}`);
  }

  #gone(why: string): void {
    this.#lose(why);
    this.#settleExited();
  }

  #onMessage(message: FromHost): void {
    this.#lastAnswer = performance.now();
    switch (message.type) {
      case 'ready':
        this.#ready = true;
        break;
      case 'connect':
        void this.#dialler.answer(message);
        break;
      case 'ended':
        this.#dialler.end(message.run);
        void this.#onEnded(message.slot, message.run, message.reason);
        break;
      case 'news': {
        const run = this.#runs.get(message.slot);
        if (run?.id === message.run && !run.ending) run.handlers.news?.(message.news);
        break;
      }
      case 'idle': {
        const run = this.#runs.get(message.slot);
        if (run?.id !== message.run) break;
        this.#runs.delete(message.slot);
        for (const lane of this.#lanes[message.slot] ?? []) lane.idle();
        run.handlers.freed();
        this.#events.freed();
        break;
      }
      case 'worn':
        this.#events.worn(message.why);
        break;
      case 'log':
        this.#events.log(message.level, message.message);
        break;
      case 'pong':
        break;
    }
  }

  async #onEnded(slot: number, id: number, reason: EndReason): Promise<void> {
    const run = this.#runs.get(slot);
    const lanes = this.#lanes[slot];
    if (run?.id !== id || lanes === undefined) return;
    await Promise.all(lanes.map((lane) => lane.drained()));
    // If the host was lost meanwhile, the run has been told.
    if (this.#runs.get(slot) !== run || run.ending) return;
    run.ending = true;
    for (const lane of lanes) lane.detach();
    run.handlers.ended(reason);
    // Only now: the host frees the slot when it has read these.
    for (const lane of lanes) lane.writeMarker();
  }

  #lose(how: string, reason?: EndReason): void {
    if (this.#lostWhy !== undefined) return;
    const { text } = this.#words;
    const why = this.#ready || text === '' ? how : `${how}: ${text}`;
    this.#lostWhy = why;
    const runs = [...this.#runs.values()];
    this.#runs.clear();
    this.#dialler.endAll();
    for (const lane of this.#lanes.flat()) lane.idle();
    this.#events.lost(why);
    for (const run of runs) {
      if (!run.ending) run.handlers.ended(reason ?? { kind: 'hostLost', message: `the bridge host ${why}` });
      run.handlers.freed();
    }
  }

  #send(message: ToHost, connection?: Socket): void {
    // A host whose channel is closed is about to exit, which is reported.
    if (!this.alive || !this.#child.connected) {
      connection?.destroy();
      return;
    }
    this.#child.send(message, connection, (error) => {
      if (error) connection?.destroy();
    });
  }
}

/** A run of a filter, as whoever started it holds it. */
export interface RunHandle {
  readonly lane: Lane;
  /** For what is heard, where the role has that. */
  readonly sound: Lane | undefined;
  stop(): void;
  /** For a camera that has described itself. */
  play(): void;
  /** Whether what the camera sends may wait for a tenth of a second. */
  readInRounds(yes: boolean): void;
  /** For what makes stills; it is told when it is done. */
  shape(shape: StillShape): void;
}
