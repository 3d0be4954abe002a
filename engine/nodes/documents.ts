/** Topologies as programs write them, derived from the schemas of the node types. Types only. */
import type { LivePipelineDocument, ParameterDeclaration } from '../topology/schema/documents.js';
import type { WrittenMember, WrittenOf } from '../topology/schema/written.js';
import type { CognitiveServicesVisionProcessor } from './cognitive-services-vision-processor/schema.js';
import type { FileSink } from './file-sink/schema.js';
import type { GrpcExtension } from './grpc-extension/schema.js';
import type { HttpExtension } from './http-extension/schema.js';
import type { IotHubMessageSink } from './iot-hub-message-sink/schema.js';
import type { IotHubMessageSource } from './iot-hub-message-source/schema.js';
import type { LineCrossingProcessor } from './line-crossing-processor/schema.js';
import type { MotionDetectionProcessor } from './motion-detection-processor/schema.js';
import type { ObjectTrackingProcessor } from './object-tracking-processor/schema.js';
import type { OnvifEventSource } from './onvif-event-source/schema.js';
import type { RtspSource } from './rtsp-source/schema.js';
import type { SignalGateProcessor } from './signal-gate-processor/schema.js';
import type { VideoSink } from './video-sink/schema.js';

export type SourceSchema = typeof RtspSource | typeof IotHubMessageSource | typeof OnvifEventSource;
export type ProcessorSchema =
  | typeof MotionDetectionProcessor
  | typeof SignalGateProcessor
  | typeof HttpExtension
  | typeof GrpcExtension
  | typeof CognitiveServicesVisionProcessor
  | typeof ObjectTrackingProcessor
  | typeof LineCrossingProcessor;
export type SinkSchema = typeof FileSink | typeof VideoSink | typeof IotHubMessageSink;

/** A source, told apart by its `@type`. */
export type SourceNode = WrittenMember<SourceSchema>;
/** A processor, told apart by its `@type`. */
export type ProcessorNode = WrittenMember<ProcessorSchema>;
/** A sink, told apart by its `@type`. */
export type SinkNode = WrittenMember<SinkSchema>;

/** A node of a type that the program has brought along: EngineOptions.nodeTypes. */
export interface CustomNode {
  '@type': string;
  name: string;
}

/**
 * A topology as AVA has them. Strings that stand for numbers or booleans may be numbers or booleans, and any may have
 * parameters in them.
 */
export interface PipelineTopology<Custom extends CustomNode = never> {
  '@apiVersion'?: '1.0' | '1.1' | undefined;
  name: string;
  /** Read-only: ignored when it is set. */
  systemData?: object | undefined;
  properties: {
    description?: string | undefined;
    parameters?: readonly WrittenOf<typeof ParameterDeclaration>[] | undefined;
    sources: readonly (SourceNode | Custom)[];
    processors?: readonly (ProcessorNode | Custom)[] | undefined;
    sinks: readonly (SinkNode | Custom)[];
  };
}

/** A live pipeline: a topology with values for its parameters, under a name. */
export type LivePipeline = WrittenOf<typeof LivePipelineDocument>;
