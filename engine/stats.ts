import type { Bridge, HostStats } from '../bridge/types.js';
import type { MotionPool, MotionPoolStats } from '../wasm/types.js';
import type { ConnectionState } from './camera/connection.js';
import { decodePolicyText } from './core/decode-policy.js';
import { MICROS_PER_SECOND } from './core/time.js';
import type { EventJournal } from './events/types.js';
import type { EngineMetrics } from './metrics/metrics.js';
import type { LivePipeline } from './pipeline/live-pipeline.js';

export interface PipelineStats {
  name: string;
  topology: string;
  /** Address of the camera that it reads, without credentials. Absent for a pipeline without a camera. */
  camera?: string;
  connection?: ConnectionState;
  /** Absent while nothing is decoded. */
  decodePolicy?: string;
}

/** A camera, however many pipelines read it. Counts are since its first pipeline was activated. */
export interface CameraStats {
  /** Its address, without credentials. */
  camera: string;
  /** Names of the live pipelines that read it. */
  pipelines: string[];
  connection: ConnectionState;
  bytesReceived: number;
  framesDecoded: number;
  framesJudged: number;
  /** Media that is kept in memory for the pre-roll, in bytes and in seconds. */
  ringBytes: number;
  ringSeconds: number;
  reconnects: number;
}

export interface EngineStats {
  pipelines: PipelineStats[];
  cameras: CameraStats[];
  /** The child processes that run GStreamer, with the CPU and memory that they use. */
  hosts: HostStats[];
  pool: MotionPoolStats;
  events: ReturnType<EventJournal['stats']>;
}

interface StatsParts {
  runner: { readonly pipelines: readonly LivePipeline[] };
  metrics: EngineMetrics;
  bridge: Bridge;
  pool: MotionPool;
  journal: EventJournal;
}

export const statsOf = ({ runner, metrics, bridge, pool, journal }: StatsParts): EngineStats => ({
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
