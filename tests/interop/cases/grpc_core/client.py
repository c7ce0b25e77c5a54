"""Runs an interop test case with gRPC Core."""

import argparse
import queue

import grpc
import testing_pb2 as messages
import testing_pb2_grpc as services

REQUEST_SIZES = [27_182, 8, 1_828, 45_904]
RESPONSE_SIZES = [31_415, 9, 2_653, 58_979]

METADATA = [
    ("x-grpc-test-echo-initial", "test_initial_metadata_value"),
    ("x-grpc-test-echo-trailing-bin", b"\xab\xab\xab"),
]


class Requests:
    """Requests that are sent one by one; none follows after None."""

    def __init__(self):
        self._queue = queue.SimpleQueue()
        self.send = self._queue.put

    def __iter__(self):
        return iter(self._queue.get, None)


def empty_unary(stub):
    assert stub.EmptyCall(messages.Empty()) == messages.Empty()


def large_unary(stub):
    assert_zeros(stub.UnaryCall(large()), 314_159)


def client_streaming(stub):
    requests = [
        messages.StreamingInputCallRequest(payload=zeros(size))
        for size in REQUEST_SIZES
    ]
    response = stub.StreamingInputCall(iter(requests))
    assert response.aggregated_payload_size == 74_922, response


def server_streaming(stub):
    request = messages.StreamingOutputCallRequest(
        response_parameters=parameters(RESPONSE_SIZES)
    )
    assert_sizes(stub.StreamingOutputCall(request), RESPONSE_SIZES)


def ping_pong(stub):
    requests = Requests()
    responses = stub.FullDuplexCall(iter(requests))
    for request_size, response_size in zip(REQUEST_SIZES, RESPONSE_SIZES):
        requests.send(ping(request_size, response_size))
        assert_zeros(next(responses), response_size)
    requests.send(None)
    assert_sizes(responses, [])


def empty_stream(stub):
    assert_sizes(stub.FullDuplexCall(iter([])), [])


def cancel_after_begin(stub):
    grpc.channel_ready_future(channel).result()
    metadata = [("x-headers-first", "true")]
    call = stub.StreamingInputCall.future(iter(Requests()), metadata=metadata)
    call.initial_metadata()
    call.cancel()
    assert call.code() is grpc.StatusCode.CANCELLED, call.code()


def cancel_after_first_response(stub):
    requests = Requests()
    responses = stub.FullDuplexCall(iter(requests))
    requests.send(ping(27_182, 31_415))
    assert_zeros(next(responses), 31_415)
    responses.cancel()
    assert_status(lambda: next(responses), grpc.StatusCode.CANCELLED)


def timeout_on_sleeping_server(stub):
    requests = Requests()
    requests.send(messages.StreamingOutputCallRequest(payload=zeros(27_182)))
    responses = stub.FullDuplexCall(iter(requests), timeout=0.001)
    assert_status(lambda: next(responses), grpc.StatusCode.DEADLINE_EXCEEDED)


def status_code_and_message(stub):
    status = messages.EchoStatus(code=2, message="test status message")
    assert_unary_echo(stub, status)
    request = messages.StreamingOutputCallRequest(response_status=status)
    responses = stub.FullDuplexCall(iter([request]))
    assert_status(lambda: next(responses), grpc.StatusCode.UNKNOWN, status.message)


def special_status_message(stub):
    message = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"
    assert_unary_echo(stub, messages.EchoStatus(code=2, message=message))


def unimplemented_method(stub):
    assert_status(
        lambda: stub.UnimplementedCall(messages.Empty()),
        grpc.StatusCode.UNIMPLEMENTED,
    )


def unimplemented_service(stub):
    unimplemented_method(stub)


def custom_metadata(stub):
    response, call = stub.UnaryCall.with_call(large(), metadata=METADATA)
    assert_zeros(response, 314_159)
    assert_echo(call)
    responses = stub.FullDuplexCall(iter([ping(271_828, 314_159)]), metadata=METADATA)
    assert_sizes(responses, [314_159])
    assert_echo(responses)


def client_compressed_unary(stub):
    probe = large(expect_compressed=messages.BoolValue(value=True))
    assert_status(lambda: stub.UnaryCall(probe), grpc.StatusCode.INVALID_ARGUMENT)
    client_compressed_unary_noprobe(stub)


def client_compressed_unary_noprobe(stub):
    for value in (True, False):
        compression = grpc.Compression.Gzip if value else grpc.Compression.NoCompression
        request = large(expect_compressed=messages.BoolValue(value=value))
        assert_zeros(stub.UnaryCall(request, compression=compression), 314_159)


def server_compressed_unary(stub):
    for value in (True, False):
        request = large(response_compressed=messages.BoolValue(value=value))
        assert_zeros(stub.UnaryCall(request), 314_159)


def server_compressed_streaming(stub):
    request = messages.StreamingOutputCallRequest(
        response_parameters=[
            messages.ResponseParameters(
                size=size, compressed=messages.BoolValue(value=value)
            )
            for size, value in ((31_415, True), (92_653, False))
        ]
    )
    assert_sizes(stub.StreamingOutputCall(request), [31_415, 92_653])


CASES = [
    empty_unary,
    large_unary,
    client_streaming,
    server_streaming,
    ping_pong,
    empty_stream,
    cancel_after_begin,
    cancel_after_first_response,
    timeout_on_sleeping_server,
    status_code_and_message,
    special_status_message,
    unimplemented_method,
    unimplemented_service,
    custom_metadata,
    client_compressed_unary,
    client_compressed_unary_noprobe,
    server_compressed_unary,
    server_compressed_streaming,
]


def zeros(size):
    return messages.Payload(body=bytes(size))


def parameters(sizes):
    return [messages.ResponseParameters(size=size) for size in sizes]


def large(**fields):
    return messages.SimpleRequest(
        response_size=314_159, payload=zeros(271_828), **fields
    )


def ping(request_size, response_size):
    return messages.StreamingOutputCallRequest(
        response_parameters=parameters([response_size]),
        payload=zeros(request_size),
    )


def assert_zeros(response, size):
    assert response.payload.body == bytes(size), len(response.payload.body)


def assert_sizes(responses, expected):
    sizes = [len(response.payload.body) for response in responses]
    assert sizes == expected, sizes


def assert_status(call, code, details=None):
    try:
        call()
    except grpc.RpcError as error:
        assert error.code() is code, error
        assert details is None or error.details() == details, error
    else:
        raise AssertionError(f"expected {code}, received a response")


def assert_unary_echo(stub, status):
    request = messages.SimpleRequest(response_status=status)
    assert_status(
        lambda: stub.UnaryCall(request), grpc.StatusCode.UNKNOWN, status.message
    )


def assert_echo(call):
    initial, trailing = METADATA
    headers = [tuple(pair) for pair in call.initial_metadata()]
    trailers = [tuple(pair) for pair in call.trailing_metadata()]
    assert headers.count(initial) == 1, headers
    assert trailers.count(trailing) == 1, trailers


parser = argparse.ArgumentParser()
parser.add_argument("--server_host", default="127.0.0.1")
parser.add_argument("--server_port", type=int, required=True)
parser.add_argument("--test_case", required=True)
flags = parser.parse_args()
case = {case.__name__: case for case in CASES}[flags.test_case]
with grpc.insecure_channel(f"{flags.server_host}:{flags.server_port}") as channel:
    if case is unimplemented_service:
        case(services.UnimplementedServiceStub(channel))
    else:
        case(services.TestServiceStub(channel))
