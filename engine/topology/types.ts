import type { ResolvedEndpoint } from '../core/endpoint.js';
import type { Micros } from '../core/time.js';
import type { GateSettings } from '../gate/types.js';

/** One thing wrong with a document. Every problem is reported at once. */
export interface Problem {
  /** JSON pointer, '' for the whole document. */
  pointer: string;
  message: string;
  /** AVA's detail code where one fits, else ours. */
  code: string;
}

export interface OutputSelector {
  property: 'mediaType';
  operator: 'is' | 'isNot';
  value: 'audio' | 'video' | 'application';
}

export interface NodeInput {
  nodeName: string;
  outputSelectors: OutputSelector[];
}

interface Named {
  name: string;
}

export interface RtspSourceNode extends Named {
  kind: 'rtspSource';
  endpoint: ResolvedEndpoint;
  transport: 'tcp' | 'http';
}

export interface IotHubMessageSourceNode extends Named {
  kind: 'iotHubMessageSource';
  hubInputName: string;
}

/** Sluice's extension: an ONVIF device whose events count as signals. */
export interface OnvifEventSourceNode extends Named {
  kind: 'onvifEventSource';
  endpoint: ResolvedEndpoint;
  /** Topics, or beginnings of topics, that count. Empty: motion and digital inputs. */
  topics: string[];
}

export interface MotionDetectionNode extends Named {
  kind: 'motionDetection';
  inputs: NodeInput[];
  sensitivity: 'low' | 'medium' | 'high';
  outputMotionRegion: boolean;
  eventAggregationWindow: Micros;
  /** Sluice's extension: `keyframes`, `fps:N` or `full`. Undefined: the engine's default. */
  decodePolicy?: string;
  /** Sluice's extension. */
  zones?: MotionZone[];
}

export interface MotionZone {
  name: string;
  kind: 'include' | 'exclude' | 'privacy';
  /** Corners as shares of width and height, from the top left. */
  polygon: Array<[number, number]>;
  sensitivity?: 'low' | 'medium' | 'high';
  /** Smallest region that counts, as a share of the picture. */
  minimumSize?: number;
}

export interface SignalGateNode extends Named {
  kind: 'signalGate';
  inputs: NodeInput[];
  settings: GateSettings;
}

export interface FileSinkNode extends Named {
  kind: 'fileSink';
  inputs: NodeInput[];
  baseDirectoryPath: string;
  /** Parameters and the static system variables are substituted; `${System.Runtime.…}` are still in it. */
  fileNamePattern: string;
  maximumSizeMiB: number;
}

export interface IotHubMessageSinkNode extends Named {
  kind: 'iotHubMessageSink';
  inputs: NodeInput[];
  hubOutputName: string;
}

/** A node that the schema knows and the engine cannot run yet. */
export interface UnsupportedNode extends Named {
  kind: 'unsupported';
  type: string;
  inputs: NodeInput[];
}

export type ResolvedNode =
  | RtspSourceNode
  | IotHubMessageSourceNode
  | OnvifEventSourceNode
  | MotionDetectionNode
  | SignalGateNode
  | FileSinkNode
  | IotHubMessageSinkNode
  | UnsupportedNode;

/** A topology with a live pipeline's parameters put in: what the runtime builds. */
export interface ResolvedPipeline {
  name: string;
  topologyName: string;
  /** Sources first, then processors in an order in which every node follows its inputs, then sinks. */
  nodes: ResolvedNode[];
}

/** What the control plane needs of the runtime. */
export interface PipelineRunner {
  /** Rejects with a SluiceError if the pipeline cannot be built. Resolves when it is running; media may come later. */
  activate(pipeline: ResolvedPipeline): Promise<void>;
  /** Resolves when every clip is finished and flushed. */
  deactivate(name: string): Promise<void>;
}
