import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect as dial } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const BINARY = ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto', 'mosquitto'].find(
  (path) => spawnSync(path, ['-h']).error === undefined,
);

/** Undefined if it is there, else what to tell whoever reads the test's output. */
export const mosquittoMissing: string | undefined = BINARY
  ? undefined
  : 'skipped: mosquitto is not installed (apt-get install mosquitto)';

export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
};

export interface MosquittoOptions {
  /** More lines of mosquitto.conf. */
  config?: string[];
  /** Replaces the plain listener, for TLS. */
  listener?: string[];
  /** Written into its folder before it starts. `FOLDER` in config lines stands for the folder. */
  files?: Record<string, string>;
}

/** A broker of its own on a free loopback port, which can be killed and started again with the same port and store. */
export class Mosquitto {
  readonly port: number;
  readonly folder: string;
  readonly #configFile: string;
  #process: ChildProcess | undefined;
  output = '';

  private constructor(port: number, folder: string) {
    this.port = port;
    this.folder = folder;
    this.#configFile = join(folder, 'mosquitto.conf');
  }

  static async start(options: MosquittoOptions = {}): Promise<Mosquitto> {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-mosquitto-'));
    const broker = new Mosquitto(await freePort(), folder);
    for (const [name, text] of Object.entries(options.files ?? {})) {
      writeFileSync(join(folder, name), text, { mode: 0o600 });
    }
    const lines = [
      `listener ${broker.port} 127.0.0.1`,
      ...(options.listener ?? []),
      'allow_anonymous true',
      'user root',
      `persistence_location ${folder}/`,
      ...(options.config ?? []),
    ];
    writeFileSync(broker.#configFile, `${lines.join('\n').replaceAll('FOLDER', folder)}\n`);
    await broker.run();
    return broker;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  /** Starts it (again) and waits until it listens. */
  async run(): Promise<void> {
    const child = spawn(BINARY!, ['-c', this.#configFile], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.output = (this.output + chunk.toString()).slice(-1_000_000);
      });
    }
    for (let attempt = 0; attempt < 200; attempt++) {
      if (child.exitCode !== null) throw new Error(`mosquitto ended: ${this.output}`);
      if (await listens(this.port)) return;
      await sleep(25);
    }
    throw new Error(`mosquitto does not listen: ${this.output}`);
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  }

  /** Freezes it: connections stay open, nothing is answered. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  async close(): Promise<void> {
    this.thaw();
    await this.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = dial(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
