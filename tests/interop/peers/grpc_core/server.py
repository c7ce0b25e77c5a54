"""The server role."""

import argparse
import asyncio
import signal

import grpc

from report import report

STOP_GRACE_SECONDS = 2
DEFAULT_REPEAT = 10

# Flags, and the channel arguments of gRPC Core that they set. An unanswered ping
# ends a connection only after ping_timeout_ms, 60 s by default, even when
# keepalive_timeout_ms is shorter.
CHANNEL_ARGUMENTS = [
    ("min_time", "grpc.http2.min_ping_interval_without_data_ms"),
    ("permit_without_stream", "grpc.keepalive_permit_without_calls"),
    ("max_ping_strikes", "grpc.http2.max_ping_strikes"),
    ("keepalive_time", "grpc.keepalive_time_ms"),
    ("keepalive_timeout", "grpc.keepalive_timeout_ms"),
    ("keepalive_timeout", "grpc.http2.ping_timeout_ms"),
    ("max_connection_idle", "grpc.max_connection_idle_ms"),
    ("max_connection_age", "grpc.max_connection_age_ms"),
    ("max_connection_age_grace", "grpc.max_connection_age_grace_ms"),
]

EXCLUSIVE_PORT = ("grpc.so_reuseport", 0)


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--permit-without-stream", action="store_const", const=1)
    parser.add_argument("--min-time", type=int)
    parser.add_argument("--max-ping-strikes", type=int)
    parser.add_argument("--keepalive-time", type=int)
    parser.add_argument("--keepalive-timeout", type=int)
    parser.add_argument("--max-connection-idle", type=int)
    parser.add_argument("--max-connection-age", type=int)
    parser.add_argument("--max-connection-age-grace", type=int)


async def serve(flags: argparse.Namespace) -> None:
    options = [*channel_options(flags), EXCLUSIVE_PORT]
    server = grpc.aio.server(handlers=[echo_service()], options=options)
    port = server.add_insecure_port(f"127.0.0.1:{flags.port}")
    await server.start()
    report("listening", port=port)
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    await stopping.wait()
    await server.stop(STOP_GRACE_SECONDS)


def channel_options(flags: argparse.Namespace) -> list[tuple]:
    """The channel arguments of the flags that are given."""
    given = vars(flags)
    return [
        (key, given[name])
        for name, key in CHANNEL_ARGUMENTS
        if given.get(name) is not None
    ]


def echo_service() -> grpc.GenericRpcHandler:
    return grpc.method_handlers_generic_handler(
        "echo.Echo",
        {
            "Unary": grpc.unary_unary_rpc_method_handler(unary),
            "ServerStream": grpc.unary_stream_rpc_method_handler(server_stream),
            "ClientStream": grpc.stream_unary_rpc_method_handler(client_stream),
            "Bidi": grpc.stream_stream_rpc_method_handler(bidi),
        },
    )


async def unary(message: bytes, _context) -> bytes:
    return message


async def server_stream(message: bytes, context):
    metadata = dict(context.invocation_metadata())
    for _ in range(int(metadata.get("x-repeat", DEFAULT_REPEAT))):
        yield message


async def client_stream(messages, _context) -> bytes:
    return b"".join([message async for message in messages])


async def bidi(messages, _context):
    async for message in messages:
        yield message
