"""An inference server of AVA's contract, in Python as Microsoft's samples are: three streams at a time, messages of at
most 4 MiB, pictures in messages or in shared memory. It knows the contract by itself, so that the wire is not only the
engine's opinion of it. Prints its port; ends when its stdin does."""
import mmap
import sys
from concurrent.futures import ThreadPoolExecutor

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

PACKAGE = "microsoft.azure.media.live_video_analytics.extensibility.grpc.v1"
SIZES = {"bool": 8, "string": 9, "bytes": 12, "uint32": 13, "uint64": 4, "float": 2}
ENUM, MESSAGE, OPTIONAL, REPEATED = 14, 11, 1, 3

# message: (number, name, type); a type that is no scalar is a message; * repeated, ! enum, ? in the first oneof
CONTRACT = {
    "MediaStreamMessage": [(1, "sequence_number", "uint64"), (2, "ack_sequence_number", "uint64"),
                           (5, "media_stream_descriptor", "?MediaStreamDescriptor"), (6, "media_sample", "?MediaSample")],
    "MediaStreamDescriptor": [(1, "graph_identifier", "?GraphIdentifier"), (2, "extension_identifier", "?string"),
                              (3, "extension_configuration", "string"), (5, "media_descriptor", "MediaDescriptor"),
                              (10, "shared_memory_buffer_transfer_properties", "SharedMemoryBufferTransferProperties")],
    "GraphIdentifier": [(1, "media_services_arm_id", "string"), (2, "graph_instance_name", "string"),
                        (3, "graph_node_name", "string")],
    "SharedMemoryBufferTransferProperties": [(1, "handle_name", "string"), (2, "length_bytes", "uint64")],
    "MediaDescriptor": [(1, "timescale", "uint32"), (5, "video_frame_sample_format", "?VideoFrameSampleFormat")],
    "VideoFrameSampleFormat": [(1, "encoding", "!Encoding"), (2, "pixel_format", "uint32"),
                               (3, "dimensions", "Dimensions"), (4, "stride_bytes", "uint32")],
    "Dimensions": [(1, "width", "uint32"), (2, "height", "uint32")],
    "MediaSample": [(1, "timestamp", "uint64"), (5, "content_bytes", "?ContentBytes"),
                    (6, "content_reference", "?ContentReference"), (10, "inferences", "*Inference")],
    "ContentBytes": [(1, "bytes", "bytes")],
    "ContentReference": [(1, "address_offset", "uint64"), (2, "length_bytes", "uint64")],
    "Inference": [(1, "type", "!InferenceType"), (2, "subtype", "string"), (7, "entity", "?Entity")],
    "Entity": [(1, "tag", "Tag"), (3, "box", "Rectangle"), (4, "id", "string")],
    "Tag": [(2, "value", "string"), (3, "confidence", "float")],
    "Rectangle": [(1, "l", "float"), (2, "t", "float"), (3, "w", "float"), (4, "h", "float")],
}
ENUMS = {"Encoding": {"BMP": 0, "JPG": 1, "PNG": 2, "RAW": 3}, "InferenceType": {"AUTO": 0, "ENTITY": 3}}


def build():
    file = descriptor_pb2.FileDescriptorProto(name="contract.proto", package=PACKAGE, syntax="proto3")
    for name, values in ENUMS.items():
        enum = file.enum_type.add(name=name)
        for value, number in values.items():
            enum.value.add(name=f"{name}_{value}", number=number)
    for name, fields in CONTRACT.items():
        message = file.message_type.add(name=name)
        for number, field_name, kind in fields:
            mark, kind = (kind[0], kind[1:]) if kind[0] in "*!?" else ("", kind)
            field = message.field.add(name=field_name, number=number, label=REPEATED if mark == "*" else OPTIONAL)
            if kind in SIZES:
                field.type = SIZES[kind]
            else:
                field.type = ENUM if mark == "!" else MESSAGE
                field.type_name = f".{PACKAGE}.{kind}"
            if mark == "?":
                if not message.oneof_decl:
                    message.oneof_decl.add(name="choice")
                field.oneof_index = 0
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.MessageFactory(pool).GetPrototype(
        pool.FindMessageTypeByName(f"{PACKAGE}.MediaStreamMessage"))


Message = build()


def seen(picture):
    """The number of the picture, if it is one and whole; see pictures.ts."""
    number = int.from_bytes(picture[:4], "big")
    whole = len(picture) >= 4 and picture[4:] == bytes([number & 0xFF]) * (len(picture) - 4)
    return str(number) if whole else "torn"


def process(requests, context):
    first = next(requests)
    descriptor = first.media_stream_descriptor
    shared = descriptor.shared_memory_buffer_transfer_properties
    memory = None
    if shared.handle_name:
        with open(f"/dev/shm/{shared.handle_name}", "r+b") as file:
            memory = mmap.mmap(file.fileno(), shared.length_bytes)
    answer = Message(sequence_number=1, ack_sequence_number=first.sequence_number)
    answer.media_stream_descriptor.extension_identifier = (
        f"{descriptor.graph_identifier.graph_instance_name}/{descriptor.graph_identifier.graph_node_name}")
    yield answer
    size = descriptor.media_descriptor.video_frame_sample_format.dimensions
    number = 1
    for request in requests:
        sample = request.media_sample
        if sample.WhichOneof("choice") == "content_reference":
            at = sample.content_reference.address_offset
            picture = memory[at:at + sample.content_reference.length_bytes]
        else:
            picture = sample.content_bytes.bytes
        if picture == b"undecodable":
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"not a picture of {size.width}x{size.height}")
        number += 1
        answer = Message(sequence_number=number, ack_sequence_number=request.sequence_number)
        answer.media_sample.timestamp = sample.timestamp
        inference = answer.media_sample.inferences.add(type=3, subtype="detection")
        inference.entity.tag.value = seen(picture)
        inference.entity.tag.confidence = 0.9
        box = inference.entity.box
        box.l, box.t, box.w, box.h = 0.1, 0.2, 0.3, 0.4
        yield answer


def main():
    handler = grpc.stream_stream_rpc_method_handler(
        process, request_deserializer=Message.FromString, response_serializer=lambda message: message.SerializeToString())
    server = grpc.server(ThreadPoolExecutor(max_workers=3))
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler(f"{PACKAGE}.MediaGraphExtension", {"ProcessMediaStream": handler}),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    sys.stdin.read()
    server.stop(0)


main()
