"""The client role."""

import argparse
import asyncio
import signal
import time

import grpc

from report import report, report_unsupported
from server import channel_options

CALL_TIMEOUT_SECONDS = 20
REOPEN_DELAY_SECONDS = 0.1
STREAMED_COUNT = 3
HELLO = b"hello"
METADATA = (("x-repeat", str(STREAMED_COUNT)),)

# Core sends at most one ping a second and, without this, at most one a minute
# after two pings without data.
UNLIMITED_PINGS = ("grpc.http2.max_pings_without_data", 0)
FASTEST_PING_MS = 1000


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--target", required=True)
    parser.add_argument("--keepalive-time", type=int)
    parser.add_argument("--keepalive-timeout", type=int)
    parser.add_argument("--permit-without-stream", action="store_const", const=1)
    parser.add_argument("--ping-every", type=int)
    parser.add_argument("--call", choices=["none", *CALLS], default="none")
    parser.add_argument("--call-every", type=int, default=0)
    parser.add_argument("--duration", type=int, default=0)
    parser.add_argument("--hold", action="store_true")


async def call(flags: argparse.Namespace) -> None:
    if flags.ping_every is not None:
        report_unsupported("--ping-every", "grpcio has no public ping")
    if flags.keepalive_time is not None and flags.keepalive_time < FASTEST_PING_MS:
        report("clamped", flag="--keepalive-time", asked=flags.keepalive_time, used=FASTEST_PING_MS)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stopping.set)
    if flags.duration > 0:
        loop.call_later(flags.duration / 1000, stopping.set)

    options = [*channel_options(flags), UNLIMITED_PINGS]
    async with grpc.aio.insecure_channel(flags.target, options) as channel:
        tasks = [asyncio.create_task(watch_state(channel))]
        if flags.hold:
            tasks.append(asyncio.create_task(hold(channel)))
        calls = asyncio.create_task(make_calls(channel, flags, stopping))
        await stopping.wait()
        for task in [*tasks, calls]:
            task.cancel()
        await asyncio.wait([*tasks, calls])


async def watch_state(channel: grpc.aio.Channel) -> None:
    """Reports every state and leaves IDLE at once, so that a lost connection is replaced."""
    while True:
        state = channel.get_state(try_to_connect=True)
        report("state", state=state.name)
        await channel.wait_for_state_change(state)


async def hold(channel: grpc.aio.Channel) -> None:
    """Keeps one bidi stream open and quiet, and opens another when it is lost."""
    while True:
        stream = channel.stream_stream("/echo.Echo/Bidi")(wait_for_ready=True)
        try:
            await stream.write(b"hold")
            await stream.read()
            report("held", open=True)
            await stream.read()
        except grpc.RpcError:
            pass
        code, message = await stream.code(), await stream.details()
        report("held", open=False, code=code.value[0], message=message)
        await asyncio.sleep(REOPEN_DELAY_SECONDS)


async def make_calls(
    channel: grpc.aio.Channel, flags: argparse.Namespace, stopping: asyncio.Event
) -> None:
    if flags.call == "none":
        return
    await report_call(channel, flags.call)
    while flags.call_every > 0:
        await asyncio.sleep(flags.call_every / 1000)
        await report_call(channel, flags.call)
    if flags.duration == 0 and not flags.hold:
        stopping.set()


async def report_call(channel: grpc.aio.Channel, name: str) -> None:
    method, perform = CALLS[name]
    begun = time.monotonic()
    code, message, replies = 0, "", []
    try:
        replies = await perform(channel)
    except grpc.aio.AioRpcError as error:
        code, message = error.code().value[0], error.details()
    report(
        "call",
        method=method,
        code=code,
        message=message,
        messages=len(replies),
        bytes=sum(map(len, replies)),
        ms=round((time.monotonic() - begun) * 1000, 3),
    )


OPTIONS = {"metadata": METADATA, "timeout": CALL_TIMEOUT_SECONDS, "wait_for_ready": True}
HELLOS = [HELLO] * STREAMED_COUNT


async def unary(channel: grpc.aio.Channel) -> list[bytes]:
    return [await channel.unary_unary("/echo.Echo/Unary")(HELLO, **OPTIONS)]


async def server_stream(channel: grpc.aio.Channel) -> list[bytes]:
    replies = channel.unary_stream("/echo.Echo/ServerStream")(HELLO, **OPTIONS)
    return [reply async for reply in replies]


async def client_stream(channel: grpc.aio.Channel) -> list[bytes]:
    return [await channel.stream_unary("/echo.Echo/ClientStream")(HELLOS, **OPTIONS)]


async def bidi(channel: grpc.aio.Channel) -> list[bytes]:
    replies = channel.stream_stream("/echo.Echo/Bidi")(HELLOS, **OPTIONS)
    return [reply async for reply in replies]


CALLS = {
    "unary": ("Unary", unary),
    "server-stream": ("ServerStream", server_stream),
    "client-stream": ("ClientStream", client_stream),
    "bidi": ("Bidi", bidi),
}
