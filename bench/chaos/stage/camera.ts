import { type Simulator, type SimulatorOptions, startSimulator } from '../../../engine/simulator/index.js';
import { CameraProxy } from './camera-proxy.js';

export type Encoding = Pick<SimulatorOptions, 'size' | 'fps' | 'gop' | 'bitrate' | 'codec'>;

/** Small pictures: what is tried is not how much the machine can do. */
export const USUAL: Encoding = { size: '320x180', fps: 10, gop: 1, bitrate: 120_000 };

/** A simulated camera, a process of its own, behind a proxy whose address stays. */
export class Camera {
  readonly pipeline: string;
  readonly proxy: CameraProxy;
  readonly #scene: string;
  #simulator: Simulator | undefined;
  #encoding: Encoding = USUAL;

  private constructor(pipeline: string, scene: string, proxy: CameraProxy) {
    this.pipeline = pipeline;
    this.#scene = scene;
    this.proxy = proxy;
  }

  static async start(pipeline: string, scene: string): Promise<Camera> {
    const camera = new Camera(pipeline, scene, await CameraProxy.start());
    await camera.begin();
    return camera;
  }

  get url(): string {
    return `rtsp://127.0.0.1:${this.proxy.port}/${this.#scene}`;
  }

  /** Starts the process, with what was asked for last unless there is something new. */
  async begin(encoding: Encoding = this.#encoding): Promise<void> {
    this.#encoding = encoding;
    this.#simulator = await startSimulator({ scenes: [this.#scene], ...encoding });
    this.proxy.upstream = this.#simulator.port;
  }

  signal(signal: NodeJS.Signals): void {
    if (this.#simulator) process.kill(this.#simulator.pid, signal);
  }

  /** Kills the process. Its connections end as they do when a camera loses power behind a switch that stays. */
  async kill(): Promise<void> {
    const simulator = this.#simulator;
    if (!simulator) return;
    this.#simulator = undefined;
    this.proxy.upstream = undefined;
    process.kill(simulator.pid, 'SIGKILL');
    await simulator.ended;
  }

  async stop(): Promise<void> {
    await this.kill();
    await this.proxy.stop();
  }
}
