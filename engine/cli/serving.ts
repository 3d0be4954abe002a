import type { Config } from '../config/index.js';
import { type Clock, systemClock } from '../core/clock.js';
import { Engine } from '../engine.js';
import type { EventHandler } from '../events/subscribe.js';
import { Front } from '../fleet/front.js';
import { checkEngines } from '../fleet/layout.js';
import type { CategoryLogs } from '../log/categories.js';
import { partsOf } from '../parts-of.js';
import { type Service, startService } from '../service.js';
import { takesEvents } from './service-manager.js';

/** What runs: one engine in this process, or several in processes of their own. */
export interface Serving {
  clock: Clock;
  /** Calls the handler with every event of this run. */
  follow(handler: EventHandler): void;
  /** Begins to listen. */
  open(): Promise<void>;
  urls(): readonly string[];
  hasCameras(): boolean;
  isWell(): boolean;
  reconfigure(config: Config): void;
  close(): Promise<void>;
}

/** @throws SluiceError if the data folder, or an engine, cannot be used */
export const startServing = async (config: Config, logs: CategoryLogs): Promise<Serving> => {
  checkEngines(config.dataDir, config.engines);
  return await (config.engines > 1 ? severalEngines : oneEngine)(config, logs);
};

async function oneEngine(config: Config, logs: CategoryLogs): Promise<Serving> {
  const { application: log, mediaPipeline: mediaPipelineLog } = logs;
  const engine = await Engine.open({ dataDir: config.dataDir, config, log, mediaPipelineLog });
  const { clock, journal } = partsOf(engine);
  let service: Service | undefined;
  return {
    clock,
    follow: (handler) => void engine.events.subscribe({ since: engine.startSeq }, handler),
    open: async () => {
      service = await startService(engine);
    },
    urls: () => service?.urls ?? [],
    hasCameras: () => engine.pipelines.list().length > 0,
    isWell: () => takesEvents(journal),
    reconfigure: (changed) => {
      engine.reconfigure(changed);
      service?.reconfigure(changed);
    },
    close: async () => {
      try {
        await service?.close();
      } finally {
        await engine.close();
      }
    },
  };
}

async function severalEngines(config: Config, { application: log }: CategoryLogs): Promise<Serving> {
  const clock = systemClock;
  const front = await Front.open({ config, clock, log });
  return {
    clock,
    follow: (handler) => front.follow(handler),
    open: () => front.serve(),
    urls: () => front.urls,
    hasCameras: () => front.hasCameras,
    isWell: () => takesEvents(front.journal),
    reconfigure: (changed) => front.reconfigure(changed),
    close: () => front.close(),
  };
}
