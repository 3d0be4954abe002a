import { loadConfig } from '../../configuration.js';
import { MICROS_PER_SECOND, type Micros } from '../../core/time.js';
import { Engine } from '../../engine.js';
import { createCategoryLogs } from '../../log/categories.js';
import { partsOf } from '../../parts-of.js';
import type { Service } from '../../service.js';
import { type Attended, attend, type EventView } from '../attend.js';
import { untilStopped } from '../exit.js';
import { startPageService } from '../page-service.js';
import { PrintedEvents } from '../printed-events.js';
import { elapsed } from '../timing.js';
import type { RecordedCamera } from './camera-names.js';
import { type Recorded, setCameras } from './resources.js';
import { ToldEvents } from './told-events.js';

export interface RecordSettings extends Recorded {
  /** Undefined: as configured. */
  dataDir: string | undefined;
  /** Where the page is; undefined: as configured, or at a free port if the usual one is taken. */
  http: string | undefined;
  for: Micros | undefined;
  /** `text` for people, `json` for programs. */
  show: 'text' | 'json';
  /** Between lines for a person, a log of JSON is noise: only its errors are written then, unless a level is configured. */
  quietLog: boolean;
  /** Called when everything has been set up: its promise is another end. */
  until?: (engine: Engine) => Promise<unknown>;
}

export interface RecordingRun extends Attended {
  cameras: readonly RecordedCamera[];
}

/**
 * Records cameras with a topology until the end, and shows what happens.
 * @throws SluiceError if it cannot begin: a wrong address, a folder or a port that cannot be used
 */
export async function record(settings: RecordSettings): Promise<RecordingRun> {
  const stopped = untilStopped('SIGHUP');
  const { dataDir, http, show } = settings;
  const overrides = { ...(http ? { 'http.address': http } : {}), ...(dataDir ? { dataDir } : {}) };
  const { config, given, notes } = loadConfig({ overrides });
  const isQuiet = settings.quietLog && !given.has('logLevel');
  const logs = createCategoryLogs(isQuiet ? { ...config, logLevel: 'error' } : config);
  const { application: log, mediaPipeline: mediaPipelineLog } = logs;
  for (const note of notes) log.info(note);
  const engine = await Engine.open({ dataDir: config.dataDir, config, log, mediaPipelineLog, resume: false });
  let service: Service | undefined;
  try {
    const cameras = setCameras(engine, settings);
    const page = await startPageService(engine, given.has('http.address'));
    service = page.service;
    const view = show === 'text' ? new ToldEvents(engine, partsOf(engine)) : new PrintedEvents(engine);
    greet(view, engine, { urls: service.urls, moved: page.moved, cameras });
    // What else was active in this folder goes on, such as a camera that was added on the page.
    await partsOf(engine).control.pipelines.resume();
    const lasts = settings.for ? `for ${settings.for / MICROS_PER_SECOND} s` : 'until Ctrl-C';
    const finishing = (why: string): void => {
      log.info(`${why}: finishing recordings`);
      if (view instanceof ToldEvents) view.say(`\n${why}: finishing recordings`);
    };
    const ends = [
      stopped.then((signal) => finishing(signal)),
      ...(settings.for ? [elapsed(settings.for).then(() => finishing('the time is over'))] : []),
      ...(settings.until ? [settings.until(engine)] : []),
    ];
    const attended = await attend({
      ...{ engine, view, ends, pipelines: cameras.map(({ name }) => name) },
      onActive: () => log.info(`recording into ${config.dataDir} ${lasts}`),
    });
    return { ...attended, cameras };
  } finally {
    await service?.close();
    await engine.close();
  }
}

const greet = (
  view: EventView,
  engine: Engine,
  { urls, moved, cameras }: { urls: readonly string[]; moved: boolean; cameras: readonly RecordedCamera[] },
): void => {
  const note = 'the usual port is taken by another program, so this is a free one';
  for (const url of urls) partsOf(engine).log.info(`listening on ${url}${moved ? `: ${note}` : ''}`);
  if (!(view instanceof ToldEvents)) return;
  for (const url of urls) view.say(`Page: ${url}/${moved ? ` (${note})` : ''}`);
  for (const { name, label } of cameras) view.say(`Camera ${name}: ${label}`);
  view.say(`Recordings and events: ${engine.config.dataDir}`);
  view.say('Ctrl-C ends it; open recordings are finished first.\n');
};
