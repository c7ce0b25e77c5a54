"""An echo server and client on gRPC Core that report what happens on their connections."""

import argparse
import asyncio

import trace_log

trace_log.start()

import client  # noqa: E402  gRPC Core reads its trace settings when it is loaded.
import server  # noqa: E402
from report import report  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(prog="grpc_core")
    roles = parser.add_subparsers(dest="role", required=True)
    server.add_flags(roles.add_parser("server"))
    client.add_flags(roles.add_parser("client"))
    flags = parser.parse_args()
    run = {"server": server.serve, "client": client.call}[flags.role]
    asyncio.run(run(flags))
    report("stopped")


main()
