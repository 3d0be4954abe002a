import type { Engine } from '../engine.js';
import { AvaEvent, pipelineOf } from '../events/catalogue.js';
import { partsOf } from '../parts-of.js';
import { pause } from './timing.js';

/** How the events of a run are shown. */
export interface EventView {
  /** Resolves when nobody looks any more. */
  readonly gone: Promise<void>;
  start(): void;
  /** Shows what is left at the end, unless nobody looks. */
  finish(): Promise<void>;
  stop(): void;
}

export interface Attendance {
  engine: Engine;
  /** Names of the live pipelines. Those that are gone at the end, because somebody has deleted them, are no error. */
  pipelines: readonly string[];
  view: EventView;
  /** The first that resolves is the end. */
  ends: readonly Promise<unknown>[];
  /** Called when all pipelines are active. */
  onActive(): void;
}

/** What became of a run. */
export interface Attended {
  /** Nobody looks at the events any more, which is why the run has ended. */
  unread: boolean;
  /** Live pipelines whose cameras have never sent media. */
  unreached: readonly string[];
}

/**
 * Activates live pipelines, shows events until the end, and then finishes clips.
 * @throws SluiceError if a pipeline cannot be activated
 */
export async function attend({ engine, pipelines, view, ends, onActive }: Attendance): Promise<Attended> {
  const { journal, log, startSeq: since } = partsOf(engine);
  const reached = new Set<string>();
  const established = engine.events.subscribe({ since, type: AvaEvent.MediaSessionEstablished }, ({ subject }) => {
    reached.add(pipelineOf(subject));
  });
  let unread = false;
  const gone = view.gone.then(() => {
    unread = true;
    log.info('nobody reads the events any more: finishing');
  });
  view.start();
  try {
    await Promise.all(pipelines.map((name) => engine.pipelines.activate(name)));
    onActive();
    await Promise.race([...ends, gone]);
    const known = new Set(engine.pipelines.list().map(({ name }) => name));
    await Promise.all(pipelines.filter((name) => known.has(name)).map((name) => engine.pipelines.deactivate(name)));
    await journal.flush();
    while (established.seq < journal.lastSeq) await pause(5);
    await view.finish();
  } finally {
    view.stop();
    established.close();
  }
  return { unread, unreached: pipelines.filter((name) => !reached.has(name)) };
}
