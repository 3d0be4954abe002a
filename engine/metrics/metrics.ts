import type { Clock } from '../core/clock.js';
import { InferenceFamilies } from './inference-metrics.js';
import { CountFamily, Histogram, MinuteWindow, ReadingFamily, readAll } from './metric-families.js';
import { MetricRegistry } from './metric-text.js';
import type { CameraMetrics, CameraState, MetricSources, NodeMetrics, PipelineMetrics } from './metric-types.js';
import { OverloadMetrics } from './overload-metrics.js';
import { ProcessMetrics } from './process-metrics.js';
import { registerSources } from './source-metrics.js';

export type { Count } from './metric-families.js';
export type * from './metric-types.js';

export interface MetricsOptions {
  /** AVA's labels. Default: empty, empty, `avaedge`. */
  iothub?: string;
  edgeDevice?: string;
  module?: string;
  /** Its disk's free space is shown. */
  dataDir?: string;
  clock: Clock;
}

/** AVA's labels of a node's series. */
type PerNode = 'iothub' | 'edge_device' | 'module_name' | 'pipeline_topology' | 'live_pipeline' | 'node';

const MEDIA_SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const DETECT_SECONDS = [0.00001, 0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.1];
const DISK_SECONDS = [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.1, 0.5, 1];

/** All metrics of one engine, in a registry of its own, so that several engines can run in one process. */
export class EngineMetrics {
  readonly #registry = new MetricRegistry();
  readonly #clock: Clock;
  readonly #process: ProcessMetrics;
  readonly #pipelines = new Map<string, { topology: string; metrics: PipelineMetrics }>();
  readonly #cameras = new Map<string, CameraMetrics>();
  readonly #common: { iothub: string; edge_device: string; module_name: string };
  #sources: MetricSources = {};

  /** From handing an access unit to the decoder to having its picture. */
  readonly decodeSeconds = this.#histogram(
    'sluice_decode_seconds',
    'Decoding, from unit in to picture out.',
    MEDIA_SECONDS,
  );
  /** From handing a picture to the pool to having its verdict. */
  readonly detectSeconds = this.#histogram('sluice_detect_seconds', 'Motion detection of one picture.', DETECT_SECONDS);
  /** From handing a picture to the pool to having its objects. */
  readonly trackSeconds = this.#histogram('sluice_track_seconds', 'Following objects in one picture.', DETECT_SECONDS);
  /**
   * How late access units reach the engine, measured against the camera's own pace: the network, a busy main thread.
   */
  readonly unitLagSeconds = this.#histogram(
    'sluice_unit_lag_seconds',
    'Lateness of access units against the pace of their camera.',
    MEDIA_SECONDS,
  );
  readonly eventWriteSeconds = this.#histogram(
    'sluice_event_log_write_seconds',
    'Writing one batch of events.',
    DISK_SECONDS,
  );

  readonly #latencyAverage = new ReadingFamily<PerNode>(
    this.#registry,
    'va_cumulative_latency_seconds_average',
    'From source to the exit of the node, average of the last minute.',
  );
  readonly #latencyMax = new ReadingFamily<PerNode>(
    this.#registry,
    'va_cumulative_latency_seconds_max',
    'From source to the exit of the node, greatest of the last minute.',
  );
  readonly #nodeDropped = new CountFamily<PerNode | 'data_kind'>(
    this.#registry,
    'va_data_dropped_total',
    'Data dropped by a node.',
  );
  readonly #nodeReceived = new CountFamily<PerNode>(
    this.#registry,
    'va_received_bytes_total',
    'Bytes that a source has received.',
  );

  readonly #nodeFaults = new CountFamily<'pipeline' | 'node'>(
    this.#registry,
    'sluice_node_faults_total',
    'Times that a node failed in the middle of its work.',
  );
  readonly #insensitiveRatio = new ReadingFamily<'pipeline' | 'node'>(
    this.#registry,
    'sluice_detector_insensitive_ratio',
    'Share of the picture in which a motion detector could not find an object of ordinary contrast.',
  );
  readonly #inference = new InferenceFamilies(this.#registry);
  /** From sending a picture to an inference server to having its answer. */
  readonly inferenceSeconds = this.#inference.seconds;
  readonly overload = new OverloadMetrics(this.#registry);
  readonly #gateOpenings = this.#perPipeline('sluice_gate_openings_total', 'Times that a signal gate has opened.');
  readonly #clipsFinished = this.#perPipeline('sluice_clips_finished_total', 'Clips finished.');
  readonly #clipsFailed = this.#perPipeline('sluice_clips_failed_total', 'Clips that could not be finished.');

  readonly #units = this.#perCamera('sluice_units_total', 'Access units received.');
  readonly #bytes = this.#perCamera('sluice_camera_bytes_total', 'Bytes of access units received.');
  readonly #decoded = this.#perCamera('sluice_frames_decoded_total', 'Pictures that came out of a decoder.');
  readonly #judged = this.#perCamera('sluice_frames_judged_total', 'Pictures that the detector has judged.');
  readonly #attempts = this.#perCamera('sluice_connect_attempts_total', 'Attempts to connect.');
  readonly #reconnects = this.#perCamera('sluice_reconnects_total', 'Sessions established after the first.');
  readonly #liveSkipped = this.#perCamera(
    'sluice_live_pictures_skipped_total',
    'Pictures that viewers have missed because they were slow.',
  );
  readonly #framesDropped = new CountFamily<'camera' | 'cause'>(
    this.#registry,
    'sluice_frames_dropped_total',
    'Frames that were not decoded or not judged, by cause.',
  );
  readonly #promotions = new CountFamily<'camera' | 'cause'>(
    this.#registry,
    'sluice_decode_promotions_total',
    'Times that all pictures of a camera were decoded again after keyframes alone, by cause.',
  );
  readonly #glances = this.#ofCamera('sluice_decode_keyframes_only', 'Whether keyframes alone are decoded at present.');
  readonly #connected = this.#ofCamera('sluice_camera_connected', 'Whether media arrives.');
  readonly #ringBytes = this.#ofCamera('sluice_ring_bytes', 'Bytes of access units kept for the pre-roll.');
  readonly #ringSeconds = this.#ofCamera('sluice_ring_seconds', 'Media time kept for the pre-roll.');

  constructor(options: MetricsOptions) {
    this.#clock = options.clock;
    this.#common = {
      iothub: options.iothub ?? '',
      edge_device: options.edgeDevice ?? '',
      module_name: options.module ?? 'avaedge',
    };
    this.#process = new ProcessMetrics(this.#registry, options.clock, options.dataDir);
    readAll('gauge', this.#registry, 'va_active_live_pipelines', 'Live pipelines that are active.', () =>
      this.#activeByTopology(),
    );
    registerSources(this.#registry, () => this.#sources);
  }

  /**
   * The metrics of a live pipeline, which counts as active until `removePipeline`. The same object for the same name.
   */
  pipeline(name: string, topology: string): PipelineMetrics {
    const known = this.#pipelines.get(name);
    if (known) return known.metrics;
    const labels = { pipeline: name };
    const nodes = new Map<string, NodeMetrics>();
    const metrics: PipelineMetrics = {
      gateOpenings: this.#gateOpenings.child(labels),
      clipsFinished: this.#clipsFinished.child(labels),
      clipsFailed: this.#clipsFailed.child(labels),
      node: (node) => {
        const existing = nodes.get(node);
        if (existing) return existing;
        const created = this.#node(topology, name, node);
        nodes.set(node, created);
        return created;
      },
    };
    this.#pipelines.set(name, { topology, metrics });
    return metrics;
  }

  /** Removes every series of a pipeline. */
  removePipeline(name: string): void {
    this.#pipelines.delete(name);
    for (const family of [this.#latencyAverage, this.#latencyMax, this.#nodeReceived])
      family.remove('live_pipeline', name);
    this.#nodeDropped.remove('live_pipeline', name);
    for (const family of [this.#nodeFaults, this.#insensitiveRatio]) family.remove('pipeline', name);
    this.#inference.removePipeline(name);
    for (const family of [this.#gateOpenings, this.#clipsFinished, this.#clipsFailed]) family.remove('pipeline', name);
  }

  /**
   * The metrics of a camera. The same object for the same id.
   * @param id a label: it must not contain credentials.
   * @param state called whenever the gauges are read.
   */
  camera(id: string, state: () => CameraState | undefined = () => undefined): CameraMetrics {
    const known = this.#cameras.get(id);
    if (known) return known;
    const labels = { camera: id };
    const metrics: CameraMetrics = {
      units: this.#units.child(labels),
      bytes: this.#bytes.child(labels),
      decoded: this.#decoded.child(labels),
      judged: this.#judged.child(labels),
      connectAttempts: this.#attempts.child(labels),
      reconnects: this.#reconnects.child(labels),
      liveSkipped: this.#liveSkipped.child(labels),
      dropped: (cause) => this.#framesDropped.child({ camera: id, cause }),
      promotions: (cause) => this.#promotions.child({ camera: id, cause }),
    };
    const glances = () => state()?.glances;
    this.#glances.child(labels).read = () => (glances() === undefined ? undefined : Number(glances()));
    this.#connected.child(labels).read = () => Number(state()?.connected ?? false);
    this.#ringBytes.child(labels).read = () => state()?.ringBytes;
    this.#ringSeconds.child(labels).read = () => state()?.ringSeconds;
    this.#cameras.set(id, metrics);
    return metrics;
  }

  removeCamera(id: string): void {
    this.#cameras.delete(id);
    const families = [
      this.#units,
      this.#bytes,
      this.#decoded,
      this.#judged,
      this.#attempts,
      this.#reconnects,
      this.#liveSkipped,
    ];
    for (const family of families) family.remove('camera', id);
    for (const family of [this.#connected, this.#ringBytes, this.#ringSeconds, this.#glances]) {
      family.remove('camera', id);
    }
    this.#promotions.remove('camera', id);
    this.#framesDropped.remove('camera', id);
  }

  /** Adds to what is asked when the metrics are read. */
  readFrom(sources: MetricSources): void {
    this.#sources = { ...this.#sources, ...sources };
  }

  /** The Prometheus text format, version 0.0.4. */
  text(): Promise<string> {
    return this.#registry.text();
  }

  close(): void {
    this.#process.close();
    this.#registry.clear();
  }

  #histogram(name: string, help: string, buckets: number[]): Histogram {
    return new Histogram(this.#registry, name, help, buckets);
  }

  #perPipeline(name: string, help: string): CountFamily<'pipeline'> {
    return new CountFamily(this.#registry, name, help);
  }

  #perCamera(name: string, help: string): CountFamily<'camera'> {
    return new CountFamily(this.#registry, name, help);
  }

  #ofCamera(name: string, help: string): ReadingFamily<'camera'> {
    return new ReadingFamily(this.#registry, name, help);
  }

  #node(topology: string, pipeline: string, node: string): NodeMetrics {
    const labels = { ...this.#common, pipeline_topology: topology, live_pipeline: pipeline, node };
    const latency = new MinuteWindow();
    this.#latencyAverage.child(labels).read = () => latency.summary(this.#clock.monotonic())?.average;
    this.#latencyMax.child(labels).read = () => latency.summary(this.#clock.monotonic())?.max;
    return {
      latency,
      received: () => this.#nodeReceived.child(labels),
      dropped: (kind) => this.#nodeDropped.child({ ...labels, data_kind: kind }),
      faults: () => this.#nodeFaults.child({ pipeline, node }),
      insensitiveRatio: () => this.#insensitiveRatio.child({ pipeline, node }),
      inference: () => this.#inference.node(pipeline, node),
    };
  }

  *#activeByTopology() {
    const counts = new Map<string, number>();
    for (const { topology } of this.#pipelines.values()) counts.set(topology, (counts.get(topology) ?? 0) + 1);
    for (const [topology, value] of counts) yield { labels: { ...this.#common, pipeline_topology: topology }, value };
  }
}
