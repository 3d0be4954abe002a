import { type SimulatorCommand, type SimulatorOptions, startSimulator } from '../../engine/simulator/index.js';
import type { SimulatorEvent } from '../../engine/simulator/types.js';

export interface TestCamera {
  /** URL of the first camera, without credentials. */
  url: string;
  urls: string[];
  names: string[];
  port: number;
  pid: number;
  /** Everything the simulator has reported so far. */
  events: SimulatorEvent[];
  control(command: SimulatorCommand): Promise<void>;
  /** Resolves with the first event, past or future, that `match` takes. */
  event(match: (event: SimulatorEvent) => boolean): Promise<SimulatorEvent>;
  stop(): Promise<void>;
}

/** One or more simulated cameras for a test; stop them in `afterEach`. Ends with the test process in any case. */
export const startCamera = async (options: SimulatorOptions = {}): Promise<TestCamera> => {
  const events: SimulatorEvent[] = [];
  const listeners = new Set<(event: SimulatorEvent) => void>();
  const simulator = await startSimulator({
    ...options,
    onEvent: (event) => {
      events.push(event);
      for (const listener of [...listeners]) listener(event);
      options.onEvent?.(event);
    },
  });
  const urls = simulator.cameras.map((camera) => camera.url);
  return {
    url: urls[0]!,
    urls,
    names: simulator.cameras.map((camera) => camera.name),
    port: simulator.port,
    pid: simulator.pid,
    events,
    control: simulator.control,
    event: (match) =>
      new Promise((resolve) => {
        const past = events.find(match);
        if (past) {
          resolve(past);
          return;
        }
        const listener = (event: SimulatorEvent): void => {
          if (!match(event)) return;
          listeners.delete(listener);
          resolve(event);
        };
        listeners.add(listener);
      }),
    stop: simulator.stop,
  };
};

/** Starts cameras and stops all of them together: in `afterEach`, after what looks at them. */
export const testCameras = () => {
  const running: TestCamera[] = [];
  return {
    camera: async (options?: SimulatorOptions): Promise<TestCamera> => {
      const started = await startCamera(options);
      running.push(started);
      return started;
    },
    stopCameras: async (): Promise<void> => {
      await Promise.all(running.splice(0).map((each) => each.stop()));
    },
  };
};
