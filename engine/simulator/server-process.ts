import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { messageOf, type SluiceError } from '../core/errors.js';
import { PYTHON, pythonEnv, pythonFile, simulatorError } from './python.js';
import type { SimulatorEvent } from './types.js';

export interface ServerConfig {
  host: string;
  port: number;
  cameras: { name: string; file: string }[];
  user?: string;
  password?: string;
  auth?: 'basic' | 'digest';
  tls?: { cert: string; key: string };
}

type Line =
  | SimulatorEvent
  | { event: 'ready'; port: number }
  | { event: 'error'; code: string; message: string }
  | { event: 'done'; id: number }
  | { event: 'refused'; id: number; code: string; message: string };

interface Waiting {
  resolve(): void;
  reject(problem: SluiceError): void;
}

const KILL_AFTER_MS = 3000;

/** The Python process that serves the cameras. It ends when its stdin is closed, so it cannot outlive this process. */
export class ServerProcess {
  readonly pid: number;
  readonly ended: Promise<string | undefined>;
  #child: ChildProcessWithoutNullStreams;
  #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #stopping = false;

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    this.pid = child.pid!;
    let err = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err = (err + text).slice(-2000);
    });
    this.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        const why = this.#stopping ? undefined : `the simulator ended (${signal ?? code}) ${err.trim()}`.trim();
        for (const waiting of this.#waiting.values()) {
          waiting.reject(simulatorError('simulatorEnded', why ?? 'the simulator has been stopped'));
        }
        this.#waiting.clear();
        resolve(why);
      });
    });
  }

  /** Resolves when the cameras accept connections. */
  static async start(
    config: ServerConfig,
    onEvent: (event: SimulatorEvent) => void,
  ): Promise<{ server: ServerProcess; port: number }> {
    const child = spawn(PYTHON, [pythonFile('rtsp-server.py')], { stdio: 'pipe', env: pythonEnv() });
    // That the process has died is reported by its end.
    child.stdin.on('error', () => {});
    if (child.pid === undefined) {
      const problem = await new Promise<unknown>((resolve) => child.once('error', resolve));
      throw simulatorError('pythonMissing', `${PYTHON}: ${messageOf(problem)}`);
    }
    const server = new ServerProcess(child);
    const port = await new Promise<number>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (text) => {
        // Libraries may write to stdout as well; the server's own lines are JSON objects.
        if (!text.startsWith('{')) return;
        const line = JSON.parse(text) as Line;
        if (line.event === 'ready') resolve(line.port);
        else if (line.event === 'error') reject(simulatorError(line.code, line.message));
        else server.#take(line, onEvent);
      });
      void server.ended.then((why) => reject(simulatorError('simulatorEnded', why ?? 'stopped')));
      child.stdin.write(`${JSON.stringify(config)}\n`);
    });
    return { server, port };
  }

  send(command: object): Promise<void> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      if (!this.#child.stdin.writable) {
        reject(simulatorError('simulatorEnded', 'the simulator has ended'));
        return;
      }
      this.#waiting.set(id, { resolve, reject });
      this.#child.stdin.write(`${JSON.stringify({ ...command, id })}\n`);
    });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#child.stdin.end();
    const kill = setTimeout(() => this.#child.kill('SIGKILL'), KILL_AFTER_MS);
    await this.ended;
    clearTimeout(kill);
  }

  #take(line: Exclude<Line, { event: 'ready' | 'error' }>, onEvent: (event: SimulatorEvent) => void): void {
    if (line.event !== 'done' && line.event !== 'refused') {
      onEvent(line);
      return;
    }
    const waiting = this.#waiting.get(line.id);
    this.#waiting.delete(line.id);
    if (line.event === 'done') waiting?.resolve();
    else waiting?.reject(simulatorError(line.code, line.message));
  }
}
