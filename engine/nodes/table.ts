import { NodeTable } from '../topology/node-table.js';
import { cognitiveServicesVisionProcessor } from './cognitive-services-vision-processor/index.js';
import type { ProcessorSchema, SinkSchema, SourceSchema } from './documents.js';
import { fileSink } from './file-sink/index.js';
import { grpcExtension } from './grpc-extension/index.js';
import { httpExtension } from './http-extension/index.js';
import { iotHubMessageSink } from './iot-hub-message-sink/index.js';
import { iotHubMessageSource } from './iot-hub-message-source/index.js';
import { lineCrossingProcessor } from './line-crossing-processor/index.js';
import { motionDetectionProcessor } from './motion-detection-processor/index.js';
import type { AnyNodeType } from './node-type.js';
import { objectTrackingProcessor } from './object-tracking-processor/index.js';
import { onvifEventSource } from './onvif-event-source/index.js';
import { rtspSource } from './rtsp-source/index.js';
import { signalGateProcessor } from './signal-gate-processor/index.js';
import { videoSink } from './video-sink/index.js';

/** Node types of one family. */
type TypesWith<Schema> = readonly (AnyNodeType & { schema: Schema })[];

// A type whose schema is not in documents.ts does not compile here.
const SOURCES = [rtspSource, iotHubMessageSource, onvifEventSource] satisfies TypesWith<SourceSchema>;
const PROCESSORS = [
  motionDetectionProcessor,
  signalGateProcessor,
  httpExtension,
  grpcExtension,
  cognitiveServicesVisionProcessor,
  objectTrackingProcessor,
  lineCrossingProcessor,
] satisfies TypesWith<ProcessorSchema>;
const SINKS = [fileSink, videoSink, iotHubMessageSink] satisfies TypesWith<SinkSchema>;

/** Every node type, in the order of the reference documentation. Everything else derives from this table. */
export const NODE_TYPES: readonly AnyNodeType[] = [...SOURCES, ...PROCESSORS, ...SINKS];

export const nodeTable = new NodeTable(NODE_TYPES);
