"""Serves grpc.testing.TestService with gRPC Core."""

import argparse
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import grpc
import testing_pb2 as messages
import testing_pb2_grpc as services

INITIAL_KEY = "x-grpc-test-echo-initial"
TRAILING_KEY = "x-grpc-test-echo-trailing-bin"

STATUS_CODES = {code.value[0]: code for code in grpc.StatusCode}


class TestService(services.TestServiceServicer):
    """The methods that are left out are UNIMPLEMENTED."""

    def EmptyCall(self, request, context):
        return messages.Empty()

    def UnaryCall(self, request, context):
        if request.response_compressed.value:
            context.set_compression(grpc.Compression.Gzip)
        echo_metadata(context)
        echo_status(request, context)
        return messages.SimpleResponse(payload=zeros(request.response_size))

    def StreamingOutputCall(self, request, context):
        if any(response.compressed.value for response in request.response_parameters):
            context.set_compression(grpc.Compression.Gzip)
        yield from responses(request, context)

    def StreamingInputCall(self, requests, context):
        size = 0
        for request in requests:
            size += len(request.payload.body)
        return messages.StreamingInputCallResponse(aggregated_payload_size=size)

    def FullDuplexCall(self, requests, context):
        echo_metadata(context)
        for request in requests:
            echo_status(request, context)
            yield from responses(request, context)


def responses(request, context):
    for response in request.response_parameters:
        if response.interval_us > 0:
            time.sleep(response.interval_us / 1e6)
        if not response.compressed.value:
            context.disable_next_message_compression()
        yield messages.StreamingOutputCallResponse(payload=zeros(response.size))


def zeros(size: int) -> messages.Payload:
    return messages.Payload(body=bytes(size))


def echo_status(request, context) -> None:
    status = request.response_status
    if status.code != 0:
        context.abort(STATUS_CODES[status.code], status.message)


def echo_metadata(context) -> None:
    received = dict(context.invocation_metadata() or ())
    if INITIAL_KEY in received:
        context.send_initial_metadata([(INITIAL_KEY, received[INITIAL_KEY])])
    if TRAILING_KEY in received:
        context.set_trailing_metadata([(TRAILING_KEY, received[TRAILING_KEY])])


def serve(port: int) -> None:
    server = grpc.server(ThreadPoolExecutor(), options=[("grpc.so_reuseport", 0)])
    services.add_TestServiceServicer_to_server(TestService(), server)
    port = server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    print(f"listening on 127.0.0.1:{port}", file=sys.stderr, flush=True)
    server.wait_for_termination()


parser = argparse.ArgumentParser()
parser.add_argument("--port", type=int, default=0)
serve(parser.parse_args().port)
