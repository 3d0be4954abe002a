import type { TSchema } from 'typebox';
import { AVA, SLUICE } from './schema/endpoints.js';
import { GrpcExtension, HttpExtension } from './schema/extensions.js';
import {
  LineCrossingProcessor,
  MotionDetectionProcessor,
  ObjectTrackingProcessor,
  SignalGateProcessor,
} from './schema/processors.js';
import { FileSink, IotHubMessageSink, VideoSink } from './schema/sinks.js';
import { IotHubMessageSource, OnvifEventSource, RtspSource } from './schema/sources.js';
import { CognitiveServicesVisionProcessor } from './schema/spatial-analysis.js';
import type { ResolvedNode } from './types.js';

export type NodeFamily = 'source' | 'processor' | 'sink';

/** What flows along an edge. `frames` are decoded pictures that a processor passes on. */
export type Stream = 'video' | 'audio' | 'application' | 'frames' | 'events';

/** The word that an output selector has for a stream. */
export const MEDIA_TYPE_OF: Record<Stream, 'audio' | 'video' | 'application'> = {
  video: 'video',
  frames: 'video',
  audio: 'audio',
  application: 'application',
  events: 'application',
};

export interface NodeType {
  /** Full `@type`. */
  type: string;
  family: NodeFamily;
  schema: TSchema;
  /** What it becomes when the engine can run it. */
  kind: Exclude<ResolvedNode['kind'], 'unsupported'> | undefined;
  provides: readonly Stream[];
  /** Short name of the node in front → the streams that may pass. What is not listed cannot be connected. */
  takes: Readonly<Record<string, readonly Stream[]>>;
}

const MEDIA = ['video', 'audio', 'application'] as const;
const EVENTS = ['events'] as const;
const FRAMES = ['frames'] as const;
const ANALYSIS = ['frames', 'events'] as const;

/** Everything behind a camera that looks at pictures and tells what it saw. */
const EVENTS_OF_ANALYSIS = {
  MotionDetectionProcessor: EVENTS,
  HttpExtension: EVENTS,
  GrpcExtension: EVENTS,
  CognitiveServicesVisionProcessor: EVENTS,
  ObjectTrackingProcessor: EVENTS,
  LineCrossingProcessor: EVENTS,
};

const EXTENSION_INPUTS = {
  RtspSource: ['video'],
  MotionDetectionProcessor: FRAMES,
  HttpExtension: FRAMES,
  GrpcExtension: FRAMES,
  CognitiveServicesVisionProcessor: FRAMES,
} as const;

/** Every node type that the schema knows. One place for how they may be connected and whether the engine runs them. */
export const NODE_TYPES: readonly NodeType[] = [
  { type: `${AVA}RtspSource`, family: 'source', schema: RtspSource, kind: 'rtspSource', provides: MEDIA, takes: {} },
  {
    type: `${AVA}IotHubMessageSource`,
    family: 'source',
    schema: IotHubMessageSource,
    kind: 'iotHubMessageSource',
    provides: EVENTS,
    takes: {},
  },
  {
    type: `${SLUICE}OnvifEventSource`,
    family: 'source',
    schema: OnvifEventSource,
    kind: 'onvifEventSource',
    provides: EVENTS,
    takes: {},
  },
  {
    type: `${AVA}MotionDetectionProcessor`,
    family: 'processor',
    schema: MotionDetectionProcessor,
    kind: 'motionDetection',
    provides: ANALYSIS,
    takes: { RtspSource: ['video'] },
  },
  {
    type: `${AVA}SignalGateProcessor`,
    family: 'processor',
    schema: SignalGateProcessor,
    kind: 'signalGate',
    provides: MEDIA,
    takes: { RtspSource: MEDIA, IotHubMessageSource: EVENTS, OnvifEventSource: EVENTS, ...EVENTS_OF_ANALYSIS },
  },
  {
    type: `${AVA}HttpExtension`,
    family: 'processor',
    schema: HttpExtension,
    kind: undefined,
    provides: ANALYSIS,
    takes: EXTENSION_INPUTS,
  },
  {
    type: `${AVA}GrpcExtension`,
    family: 'processor',
    schema: GrpcExtension,
    kind: undefined,
    provides: ANALYSIS,
    takes: EXTENSION_INPUTS,
  },
  {
    type: `${AVA}CognitiveServicesVisionProcessor`,
    family: 'processor',
    schema: CognitiveServicesVisionProcessor,
    kind: undefined,
    provides: ANALYSIS,
    takes: EXTENSION_INPUTS,
  },
  {
    type: `${AVA}ObjectTrackingProcessor`,
    family: 'processor',
    schema: ObjectTrackingProcessor,
    kind: undefined,
    provides: EVENTS,
    takes: { HttpExtension: FRAMES, GrpcExtension: FRAMES },
  },
  {
    type: `${AVA}LineCrossingProcessor`,
    family: 'processor',
    schema: LineCrossingProcessor,
    kind: undefined,
    provides: EVENTS,
    takes: { ObjectTrackingProcessor: EVENTS, HttpExtension: EVENTS, GrpcExtension: EVENTS },
  },
  {
    type: `${AVA}FileSink`,
    family: 'sink',
    schema: FileSink,
    kind: 'fileSink',
    provides: [],
    takes: { SignalGateProcessor: ['video', 'audio'] },
  },
  {
    type: `${AVA}VideoSink`,
    family: 'sink',
    schema: VideoSink,
    kind: undefined,
    provides: [],
    takes: { RtspSource: MEDIA, SignalGateProcessor: MEDIA, ...EVENTS_OF_ANALYSIS },
  },
  {
    type: `${AVA}IotHubMessageSink`,
    family: 'sink',
    schema: IotHubMessageSink,
    kind: 'iotHubMessageSink',
    provides: [],
    takes: { ...EVENTS_OF_ANALYSIS, OnvifEventSource: EVENTS },
  },
];

/** Kinds that the runtime can build. A node of any other kind validates, and its pipeline refuses to start. */
export const RUNNABLE_KINDS: ReadonlySet<ResolvedNode['kind']> = new Set([
  'rtspSource',
  'iotHubMessageSource',
  'onvifEventSource',
  'motionDetection',
  'signalGate',
  'fileSink',
  'iotHubMessageSink',
]);

/** `RtspSource` of `#Microsoft.VideoAnalyzer.RtspSource`. */
export const shortType = (type: string): string => type.slice(type.lastIndexOf('.') + 1);

const byType = new Map(NODE_TYPES.map((nodeType) => [nodeType.type, nodeType]));

/** The definition behind a canonical `@type`. */
export const nodeTypeOf = (type: string): NodeType | undefined => byType.get(type);
