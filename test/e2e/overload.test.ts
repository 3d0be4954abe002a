import { afterEach, expect, it } from 'vitest';
import { OverloadWatch } from '../../engine/camera/overload/overload-watch.js';
import { type Clock, systemClock } from '../../engine/core/clock.js';
import type { MonotonicTime } from '../../engine/core/time.js';
import { pipelineOf } from '../../engine/events/catalogue.js';
import { partsOf } from '../../engine/parts-of.js';
import { openTestEngine, type TestEngine } from '../kit/engine.js';
import { livePipeline, motionToFiles } from '../kit/evr.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';
import { until } from '../kit/until.js';

let camera: TestCamera | undefined;
let test: TestEngine | undefined;
afterEach(async () => {
  await test?.remove();
  await camera?.stop();
});

const CAMERAS = { gate: 'high', hall: 'normal', cellar: 'low', attic: 'low' } as const;
const LOW = ['attic', 'cellar'];
const NAMES = Object.keys(CAMERAS);

/** A minute of waiting takes eight seconds. */
const FASTER = 8;
const fastClock: Clock = {
  ...systemClock,
  monotonic: () => (systemClock.monotonic() * FASTER) as MonotonicTime,
  after: (delayMs, task) => systemClock.after(delayMs / FASTER, task),
};

/** The engine's watch over the load, on a machine on which so many cameras can be decoded in full. */
const withRoomFor = ({ engine }: TestEngine) => {
  const parts = partsOf(engine);
  const machine = { room: Number.POSITIVE_INFINITY };
  const sessions = () => parts.runner.pipelines.flatMap(({ session }) => session ?? []);
  const isTooMuch = () => sessions().filter(({ pictures }) => !pictures.reduction).length > machine.room;
  // What decodes is real, and behind when the test says so.
  const { bridge } = parts;
  const decodeOf = bridge.decode.bind(bridge);
  bridge.decode = (spec, handlers) => {
    const decode = decodeOf(spec, handlers);
    return {
      hasRoomFor: (bytes) => decode.hasRoomFor(bytes),
      get keepsUp() {
        return decode.keepsUp;
      },
      feed: (unit, wanted, alone) => (unit.key || !isTooMuch()) && decode.feed(unit, wanted, alone),
      stop: () => decode.stop(),
    };
  };
  parts.overload.stop();
  const load = { mainThread: () => 0, processors: () => 1 };
  parts.overload = new OverloadWatch({ ...parts, clock: fastClock, sessions, load });
  parts.overload.start();
  return machine;
};

it('the cameras that matter least are decoded less while the machine cannot do it all, and then as before', async () => {
  camera = await startCamera({ scenes: ['yard'] });
  test = await openTestEngine();
  const { engine, told } = test;
  const machine = withRoomFor(test);
  const topology = motionToFiles({ name: 'by-priority', decodePolicy: 'fps:5' });
  topology.properties.parameters.push({ name: 'priority', type: 'string' });
  Object.assign(topology.properties.sources[0]!, { priority: '${priority}' });
  engine.topologies.set(topology);
  for (const [name, priority] of Object.entries(CAMERAS)) {
    engine.pipelines.set(livePipeline(name, 'by-priority', { rtspUrl: `${camera.url}?${name}`, priority }));
    await engine.pipelines.activate(name);
  }
  const policies = () => Object.fromEntries(engine.stats().pipelines.map((each) => [each.name, each.decodePolicy]));
  const judged = (name: string) =>
    engine.stats().cameras.find(({ pipelines }) => pipelines.includes(name))!.framesJudged;
  await test.established(...NAMES);
  await until('all are judged', () => NAMES.every((name) => judged(name) > 10), 60_000);
  expect(engine.cameras.get('gate')).toMatchObject({ priority: 'high' });

  machine.room = 2;
  await until(
    'the low ones are decoded less',
    () => engine.cameras.list().filter(({ decodedLess }) => decodedLess).length === LOW.length,
    60_000,
  );
  expect(policies()).toEqual({ gate: 'fps:5', hall: 'fps:5', cellar: 'keyframes', attic: 'keyframes' });
  expect(engine.cameras.get('cellar').decodedLess?.cause).toBe('decoderBehind');
  const before = LOW.map(judged);
  machine.room = NAMES.length;
  await until('those are still judged', () => LOW.every((name, index) => judged(name) > before[index]!), 60_000);

  await until('all are decoded as asked', () => NAMES.every((name) => policies()[name] === 'fps:5'), 90_000);
  await test.settled();
  const first = test.named('DecodingReduced').slice(0, LOW.length);
  expect(first.map(({ subject }) => pipelineOf(subject)).sort()).toEqual(LOW);
  expect(first[0]?.data).toMatchObject({ priority: 'low', asked: 'fps:5', decodes: 'keyframes' });
  for (const name of LOW) expect(told(name, 'DecodingRestored').at(-1)?.data).toMatchObject({ decodes: 'fps:5' });
}, 300_000);
