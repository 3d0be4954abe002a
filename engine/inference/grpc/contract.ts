/**
 * The wire contract of AVA's gRPC extensions. Names, numbers and types are facts of the wire and must stay; they are
 * kept as the text that servers' authors know, so that one can be held beside the other.
 */
import protobuf from 'protobufjs';

const CONTRACT = `
syntax = "proto3";
package microsoft.azure.media.live_video_analytics.extensibility.grpc.v1;

message MediaStreamMessage {
  uint64 sequence_number = 1;
  uint64 ack_sequence_number = 2;
  oneof payload {
    MediaStreamDescriptor media_stream_descriptor = 5;
    MediaSample media_sample = 6;
  }
}
message MediaStreamDescriptor {
  oneof stream_identifier {
    GraphIdentifier graph_identifier = 1;
    string extension_identifier = 2;
  }
  string extension_configuration = 3;
  MediaDescriptor media_descriptor = 5;
  oneof data_transfer_properties {
    SharedMemoryBufferTransferProperties shared_memory_buffer_transfer_properties = 10;
  }
}
message GraphIdentifier {
  string media_services_arm_id = 1;
  string graph_instance_name = 2;
  string graph_node_name = 3;
}
message SharedMemoryBufferTransferProperties {
  string handle_name = 1;
  uint64 length_bytes = 2;
}
message MediaDescriptor {
  uint32 timescale = 1;
  oneof media_sample_format {
    VideoFrameSampleFormat video_frame_sample_format = 5;
  }
}
message VideoFrameSampleFormat {
  enum Encoding { BMP = 0; JPG = 1; PNG = 2; RAW = 3; }
  enum PixelFormat {
    NONE = 0; YUV420P = 20; RGB565BE = 40; RGB565LE = 41; RGB555BE = 42; RGB555LE = 43;
    RGB24 = 60; BGR24 = 61; ARGB = 80; RGBA = 81; ABGR = 82; BGRA = 83;
  }
  Encoding encoding = 1;
  PixelFormat pixel_format = 2;
  Dimensions dimensions = 3;
  uint32 stride_bytes = 4;
}
message Dimensions { uint32 width = 1; uint32 height = 2; }
message MediaSample {
  uint64 timestamp = 1;
  oneof content {
    ContentBytes content_bytes = 5;
    ContentReference content_reference = 6;
  }
  repeated Inference inferences = 10;
}
message ContentBytes { bytes bytes = 1; }
message ContentReference { uint64 address_offset = 1; uint64 length_bytes = 2; }

message Inference {
  enum InferenceType { AUTO = 0; CLASSIFICATION = 1; MOTION = 2; ENTITY = 3; TEXT = 4; EVENT = 5; OTHER = 15; }
  InferenceType type = 1;
  string subtype = 2;
  string inference_id = 3;
  repeated string related_inferences = 4;
  string sequence_id = 14;
  oneof value {
    Classification classification = 5;
    Motion motion = 6;
    Entity entity = 7;
    Text text = 8;
    Event event = 9;
    InferenceOther other = 13;
  }
  map<string, string> extensions = 15;
}
message Classification { Tag tag = 1; repeated Attribute attributes = 2; }
message Motion { Rectangle box = 1; }
message Entity { Tag tag = 1; repeated Attribute attributes = 2; Rectangle box = 3; string id = 4; }
message Text { string value = 1; string language = 2; uint64 start_timestamp = 5; uint64 end_timestamp = 6; }
message Event { string name = 1; map<string, string> properties = 7; }
message InferenceOther { string content_type = 1; bytes content_bytes = 2; }
message Attribute { string name = 1; string value = 2; float confidence = 3; }
message Tag { string value = 2; float confidence = 3; }
message Rectangle { float l = 1; float t = 2; float w = 3; float h = 4; }
`;

/** Where the servers offer it. */
export const METHOD =
  '/microsoft.azure.media.live_video_analytics.extensibility.grpc.v1.MediaGraphExtension/ProcessMediaStream';

export interface WireRectangle {
  l?: number;
  t?: number;
  w?: number;
  h?: number;
}

export interface WireTag {
  value?: string;
  confidence?: number;
}

export interface WireAttribute extends WireTag {
  name?: string;
}

/** What is not on the wire, because it has its default, is not here either. */
export interface WireInference {
  type?: number;
  subtype?: string;
  inferenceId?: string;
  relatedInferences?: string[];
  sequenceId?: string;
  /** Which of the following is set. */
  value?: 'classification' | 'motion' | 'entity' | 'text' | 'event' | 'other';
  classification?: { tag?: WireTag; attributes?: WireAttribute[] };
  motion?: { box?: WireRectangle };
  entity?: { tag?: WireTag; attributes?: WireAttribute[]; box?: WireRectangle; id?: string };
  text?: { value?: string; language?: string; startTimestamp?: number; endTimestamp?: number };
  event?: { name?: string; properties?: Record<string, string> };
  other?: { contentType?: string; contentBytes?: Uint8Array };
  extensions?: Record<string, string>;
}

export interface WireDescriptor {
  graphIdentifier?: { mediaServicesArmId?: string; graphInstanceName: string; graphNodeName: string };
  extensionIdentifier?: string;
  extensionConfiguration?: string;
  mediaDescriptor?: {
    timescale: number;
    videoFrameSampleFormat: {
      encoding: number;
      pixelFormat: number;
      dimensions: { width: number; height: number };
      strideBytes?: number;
    };
  };
  sharedMemoryBufferTransferProperties?: { handleName: string; lengthBytes: number };
}

export interface WireSample {
  timestamp?: number;
  contentBytes?: { bytes: Uint8Array };
  contentReference?: { addressOffset: number; lengthBytes: number };
  inferences?: WireInference[];
}

export interface WireMessage {
  sequenceNumber?: number;
  ackSequenceNumber?: number;
  mediaStreamDescriptor?: WireDescriptor;
  mediaSample?: WireSample;
}

const MediaStreamMessage = protobuf
  .parse(CONTRACT)
  .root.lookupType('microsoft.azure.media.live_video_analytics.extensibility.grpc.v1.MediaStreamMessage');

export const encodeMessage = (message: WireMessage): Buffer =>
  MediaStreamMessage.encode(message as Record<string, unknown>).finish() as Buffer;

/** @throws Error if the bytes are no such message */
export const decodeMessage = (bytes: Uint8Array): WireMessage =>
  MediaStreamMessage.toObject(MediaStreamMessage.decode(bytes), { longs: Number, oneofs: true }) as WireMessage;
