import type { Bridge } from '../bridge/types.js';
import type { MotionPool } from '../wasm/types.js';
import { decodePolicyText } from './core/decode-policy.js';
import { MICROS_PER_SECOND } from './core/time.js';
import type { EventJournal } from './events/types.js';
import type { Headroom } from './metrics/headroom.js';
import type { HeadroomMeter } from './metrics/headroom-meter.js';
import type { EngineMetrics } from './metrics/metrics.js';
import type { LivePipeline } from './pipeline/live-pipeline.js';
import type { CameraStats, EngineStats } from './stats-types.js';

interface StatsParts {
  runner: { readonly pipelines: readonly LivePipeline[] };
  metrics: EngineMetrics;
  bridge: Bridge;
  pool: MotionPool;
  journal: EventJournal;
  headroom: HeadroomMeter;
}

export const statsOf = ({ runner, metrics, bridge, pool, journal, headroom }: StatsParts): EngineStats => ({
  ...withHeadroom(headroom.read()),
  pipelines: runner.pipelines.map(({ name, topologyName, session }) => {
    const policy = session?.pictures.policy;
    return {
      name,
      topology: topologyName,
      ...(session ? { camera: session.address.label, connection: session.state } : {}),
      ...(policy ? { decodePolicy: decodePolicyText(policy) } : {}),
    };
  }),
  cameras: camerasOf(runner.pipelines, metrics),
  hosts: bridge.stats(),
  pool: pool.stats(),
  events: journal.stats(),
});

const withHeadroom = (headroom: Headroom | undefined): Pick<EngineStats, 'headroom'> => (headroom ? { headroom } : {});

function camerasOf(pipelines: readonly LivePipeline[], metrics: EngineMetrics): CameraStats[] {
  const cameras = new Map<string, CameraStats>();
  for (const { name, session } of pipelines) {
    if (!session) continue;
    const camera = session.address.label;
    const known = cameras.get(camera);
    if (known) {
      known.pipelines.push(name);
      continue;
    }
    const counts = metrics.camera(camera);
    cameras.set(camera, {
      camera,
      pipelines: [name],
      connection: session.state,
      bytesReceived: counts.bytes.value,
      framesDecoded: counts.decoded.value,
      framesJudged: counts.judged.value,
      ringBytes: session.ring.bytes,
      ringSeconds: session.ringSpan / MICROS_PER_SECOND,
      reconnects: counts.reconnects.value,
    });
  }
  return [...cameras.values()];
}
