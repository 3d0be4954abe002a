import type { HeldHosts } from '../../bridge/index.js';
import type { HostStats } from '../../bridge/types.js';
import type { Headroom } from './headroom.js';
import type { InferenceMetrics } from './inference-metrics.js';
import type { Count, MinuteWindow, Reading } from './metric-families.js';

/** Why a frame was not decoded or not judged; the `cause` label of sluice_frames_dropped_total. */
export type DropCause =
  | 'beforeKeyframe'
  | 'noPicture'
  | 'decoderBehind'
  | 'decoderLost'
  | 'detectorBusy'
  | 'detectorError'
  | (string & {});

/** A node of a live pipeline, with AVA's series. */
export interface NodeMetrics {
  /** RTSP sources only: bytes of media received. */
  received(): Count;
  /** @param kind AVA's data_kind: `video`, `audio`, `event` … */
  dropped(kind: string): Count;
  /** Faults of the node itself, each of which cost what it was doing. */
  faults(): Count;
  /** Motion detectors only: the share of the picture in which they could not find an object. Read on demand. */
  insensitiveRatio(): Reading;
  /** Nodes that ask an inference server only. */
  inference(): InferenceMetrics;
  /** From the arrival at the source to the exit of this node, in seconds. */
  latency: MinuteWindow;
}

export interface PipelineMetrics {
  node(name: string): NodeMetrics;
  gateOpenings: Count;
  clipsFinished: Count;
  clipsFailed: Count;
}

/** A camera session. Counts are plain numbers: cheap enough for every access unit. */
export interface CameraMetrics {
  /** Access units received, and their bytes. */
  units: Count;
  bytes: Count;
  /** Pictures that came out of the decoder, and those that the detector has judged. */
  decoded: Count;
  judged: Count;
  dropped(cause: DropCause): Count;
  /** Times that every unit was decoded again after keyframes alone, by cause. */
  promotions(cause: string): Count;
  connectAttempts: Count;
  /** Sessions established after the first. */
  reconnects: Count;
  /** Pictures that people who watch have missed because their connection was slow. */
  liveSkipped: Count;
}

/** What a camera's gauges show: read from its session when somebody asks. */
export interface CameraState {
  /** Whether media arrives. */
  connected: boolean;
  /** Whether keyframes alone are decoded at present. Undefined: nothing is. */
  glances?: boolean | undefined;
  /** Media kept for the pre-roll. */
  ringBytes: number;
  ringSeconds: number;
}

/** Where the metrics come from that other parts know: called when the metrics are read. */
export interface MetricSources {
  hosts?(): HostStats[];
  heldHosts?(): readonly HeldHosts[];
  journal?(): { firstSeq: number; lastSeq: number; bytes: number; queued: number; lost: number };
  /** Whether the data folder has the files that the engine holds open. */
  dataFolder?(): boolean;
  /** Undefined while it is not known. */
  headroom?(): Headroom | undefined;
  /** Event sockets, and streams of server-sent events. */
  sockets?(): SocketStats;
  streams?(): SocketStats;
  /** Undefined without a broker. */
  broker?(): BrokerStats | undefined;
  webhooks?(): readonly WebhookFigures[];
  /** Lines dropped because nobody read the log of the process. */
  log?(): { dropped: number };
  /** Subscriptions within the process that ended because their handler failed. */
  subscriptions?(): { failed: number };
}

/** Events on their way from the log to a broker. Counts since the start. */
export interface StreamStats {
  /** Messages sent, repeats included. */
  published: number;
  acknowledged: number;
  /** Messages of `published` that had been sent before. */
  resent: number;
  /** Events that the broker will never take. */
  dropped: number;
  /** Events that retention removed before they could be sent. */
  lost: number;
  inFlight: number;
  /** Seq up to which every event is acknowledged. */
  cursor: number;
  /** Events in the log that are not acknowledged. */
  lag: number;
}

/** Retained messages that say how cameras are. */
export interface StateStats {
  /** Since the start. */
  published: number;
  /** Pictures of `published`, repeats not counted. */
  pictures: number;
  /** Messages that are not acknowledged yet. */
  waiting: number;
}

/** The hub's MQTT broker, with the events on the topics of hub outputs. Counts since the start. */
export interface BrokerStats extends StreamStats {
  connected: boolean;
  connections: number;
  /** Attempts that failed and connections that were lost. */
  failures: number;
  /** Events with everything in their payload; absent if there are none. */
  wholeEvents?: StreamStats | undefined;
  /** Absent if there are none. */
  states?: StateStats | undefined;
  inputs: { delivered: number; undelivered: number; refused: number };
  methods: { received: number; refused: number };
}

/** A webhook. Counts since the start. */
export interface WebhookFigures {
  name: string;
  /** Why the last attempt failed; undefined after one that did not. Without credentials. */
  problem: string | undefined;
  requests: number;
  /** Requests that were not answered with 2xx. */
  failures: number;
  /** Events that the server has taken. */
  delivered: number;
  /** Events that the server would never take. */
  dropped: number;
  /** Events that the log no longer held when their turn came. */
  lost: number;
  /** Seq up to which everything is settled. */
  cursor: number;
  /** Events in the log after it, whether or not they are for it. */
  lag: number;
}

export interface SocketStats {
  subscribers: number;
  /** How many events the slowest subscriber is behind. */
  maxLag: number;
  /** Since the start. */
  eventsSent: number;
  bytesSent: number;
  closedSlow: number;
}
