import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { record } from '../../engine/cli/record/recording-run.js';
import { MOTION_TO_CLIPS } from '../../engine/cli/record/topologies.js';
import { AvaEvent, type Engine } from '../../engine/index.js';
import { startSimulator } from '../../engine/simulator/index.js';
import { startDetector } from './detector.js';
import { objectsToClips } from './topologies.js';

export interface DemoOptions {
  once?: boolean;
  rtsp?: string;
  data?: string;
  /** What to look for; `true`: everything. */
  infer?: string | true;
}

/** With --once, the demo has failed if it has no clip after this time. */
const PATIENCE_MS = 120_000;

const say = (text: string) => process.stdout.write(`${text}\n`);

/** `true` as soon as there is a clip; `false` if there is none in time. */
const firstClip = (engine: Engine): Promise<boolean> =>
  new Promise((resolveFirst) => {
    const patience = setTimeout(() => resolveFirst(false), PATIENCE_MS);
    patience.unref();
    engine.events.subscribe({ since: engine.startSeq, type: AvaEvent.RecordingAvailable }, () => resolveFirst(true));
  });

export async function demo(options: DemoOptions): Promise<number> {
  const dataDir = resolve(options.data ?? (await mkdtemp(join(tmpdir(), 'sluice-demo-'))));
  if (!options.rtsp) say('The simulated camera gets ready; the first time, this takes some seconds.');
  const simulator = options.rtsp ? null : await startSimulator({ scenes: [options.infer ? 'sign' : 'yard'] });
  const url = options.rtsp ?? simulator?.cameras[0]?.url ?? '';
  if (simulator) {
    const story = options.infer
      ? 'a sign is held up'
      : 'somebody walks across. The first clip is there after about 20 s';
    say(`A simulated camera shows a quiet yard; now and then ${story}.\n`);
  }
  const detector = options.infer ? await startDetector(options.infer === true ? undefined : options.infer) : undefined;
  if (detector) say(`An inference server looks at the pictures at ${detector.url}`);
  let hasClip: boolean | undefined;
  try {
    await record({
      urls: [url],
      topology: detector ? objectsToClips() : MOTION_TO_CLIPS,
      ...(detector ? { parameters: { inferencingUrl: detector.url } } : {}),
      dataDir,
      http: undefined,
      for: undefined,
      show: 'text',
      quietLog: true,
      ...(options.once
        ? {
            until: async (engine: Engine) => {
              hasClip = await firstClip(engine);
            },
          }
        : {}),
    });
  } finally {
    await detector?.stop();
    await simulator?.stop();
  }
  if (hasClip !== false) return 0;
  say(`No clip within ${PATIENCE_MS / 1000} s. 'npx sluice doctor' checks what this machine has.`);
  return 1;
}
