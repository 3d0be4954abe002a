import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Config } from '../config/index.js';
import { SluiceError } from '../core/errors.js';
import {
  type EngineOrder,
  errorOf,
  type FromEngine,
  type Holdings,
  type Questions,
  type ToEngine,
} from './messages.js';

const PROGRAM = fileURLToPath(new URL('./engine-process.js', import.meta.url));

/** How an engine's process has ended. */
export interface EngineEnd {
  /** For people: `exit code 1`, `signal SIGKILL`. */
  how: string;
}

interface EngineLinkOptions {
  onEvents(message: Extract<FromEngine, { kind: 'events' | 'gap' }>): void;
  /** Called once, when all that it has said has been heard. */
  onEnd(end: EngineEnd): void;
}

interface Waiting {
  resolve(value: never): void;
  reject(error: Error): void;
}

/** One run of an engine's process. */
export class EngineLink {
  readonly #engine: number;
  readonly #options: EngineLinkOptions;
  readonly #waiting = new Map<number, Waiting>();
  #child: ChildProcess | undefined;
  #start: Waiting | undefined;
  #nextId = 1;
  #exit: EngineEnd | undefined;
  #isDeaf = false;

  constructor(engine: number, options: EngineLinkOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves when it serves. Rejects with the reason why it cannot; its process then ends. */
  start(order: EngineOrder): Promise<{ url: string; holdings: Holdings }> {
    const child = fork(PROGRAM, [String(this.#engine)], {
      env: environment(),
      // Structured clones: configurations and events hold more than JSON does.
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: process.execArgv,
    });
    this.#child = child;
    child.on('message', (message: FromEngine) => this.#hear(message));
    child.once('disconnect', () => {
      this.#isDeaf = true;
      this.#endIfOver();
    });
    child.once('exit', (code, signal) => {
      this.#exit = { how: signal ? `signal ${signal}` : `exit code ${code}` };
      this.#endIfOver();
    });
    child.on('error', (error) => {
      // A process that could not be started has no exit.
      if (child.pid !== undefined) return;
      this.#isDeaf = true;
      this.#exit = { how: error.message };
      this.#endIfOver();
    });
    return new Promise((resolve, reject) => {
      this.#start = { resolve, reject };
      this.#say({ kind: 'start', order });
    });
  }

  /** @throws what the engine throws; SluiceError `EngineAway` if it ends meanwhile */
  ask<Question extends keyof Questions>(
    question: Question,
    ...given: Parameters<Questions[Question]>
  ): Promise<ReturnType<Questions[Question]>> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      if (!this.#say({ kind: 'ask', id, question, given })) this.#answered(id)?.reject(engineAway(this.#engine));
    });
  }

  taken(seq: number): void {
    this.#say({ kind: 'taken', seq });
  }

  configure(config: Config): void {
    this.#say({ kind: 'configure', config });
  }

  /** Asks it to finish its clips and end. */
  stop(): void {
    this.#say({ kind: 'stop' });
  }

  kill(): void {
    this.#child?.kill('SIGKILL');
  }

  #say(message: ToEngine): boolean {
    if (!this.#child?.connected) return false;
    // Whoever is gone is noticed by its end.
    this.#child.send(message, () => {});
    return true;
  }

  #hear(message: FromEngine): void {
    switch (message.kind) {
      case 'started':
        this.#start?.resolve({ url: message.url, holdings: message.holdings } as never);
        break;
      case 'notStarted':
        this.#start?.reject(errorOf(message.error));
        break;
      case 'events':
      case 'gap':
        this.#options.onEvents(message);
        break;
      case 'answer':
        this.#answered(message.id)?.resolve(message.value as never);
        break;
      case 'refusal':
        this.#answered(message.id)?.reject(errorOf(message.error));
        break;
      case 'ended':
    }
  }

  #answered(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #endIfOver(): void {
    if (!this.#exit || !this.#isDeaf) return;
    const away = engineAway(this.#engine, this.#exit.how);
    this.#start?.reject(away);
    for (const { reject } of this.#waiting.values()) reject(away);
    this.#waiting.clear();
    this.#options.onEnd(this.#exit);
  }
}

export const engineAway = (engine: number, how?: string): SluiceError =>
  new SluiceError('EngineAway', `engine ${engine} does not run at the moment${how ? `: ${how}` : ''}`, {
    kind: 'unavailable',
    hint: 'It is started again by itself; try again. The log, and /readyz, say what is wrong if it stays away.',
  });

/** Its settings come with its order; keys and tokens among them are no business of its child processes. */
const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SLUICE_')));
