import { Buffer } from "node:buffer";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import * as grpc from "npm:@grpc/grpc-js@1.14.7";
import { CALL_NAMES, EchoClient, makeCall, metadata } from "./calls.ts";
import { channelOptions, parseFlags } from "./flags.ts";
import { report, reportUnsupported } from "./report.ts";
import { reportLog } from "./trace.ts";

const REOPEN_DELAY = 100;
// A timer must hold the process open: grpc-js does not while no call is active.
const MAX_STAY = 60 * 60 * 1000;

const DEFAULTS = {
  "target": "",
  "keepalive-time": 0,
  "keepalive-timeout": 0,
  "permit-without-stream": false,
  "ping-every": 0,
  "call": "none",
  "call-every": 0,
  "duration": 0,
  "hold": false,
};

export async function call(args: string[]): Promise<void> {
  const flags = parseFlags(args, DEFAULTS);
  if (flags.call !== "none" && !CALL_NAMES.includes(flags.call)) {
    throw new TypeError(`Cannot make --call ${flags.call}`);
  }
  if (flags["ping-every"] > 0) {
    reportUnsupported("--ping-every", "grpc-js has no public ping");
  }
  reportLog("client");
  const client = new EchoClient(
    flags.target,
    grpc.credentials.createInsecure(),
    channelOptions({
      "grpc.keepalive_time_ms": flags["keepalive-time"],
      "grpc.keepalive_timeout_ms": flags["keepalive-timeout"],
      "grpc.keepalive_permit_without_calls": Number(
        flags["permit-without-stream"],
      ),
    }),
  );
  const leave = () => {
    client.close();
    report("stopped");
    process.exit(0);
  };
  process.once("SIGTERM", leave);
  setTimeout(leave, flags.duration > 0 ? flags.duration : MAX_STAY);
  watchState(client.getChannel());
  if (flags.hold) hold(client);
  if (flags.call === "none") return;

  await makeCall(client, flags.call);
  while (flags["call-every"] > 0) {
    await sleep(flags["call-every"]);
    await makeCall(client, flags.call);
  }
  if (flags.duration === 0 && !flags.hold) leave();
}

/** Reports every state and leaves IDLE at once, so that a lost connection is replaced. */
function watchState(channel: grpc.ChannelInterface): void {
  const state = channel.getConnectivityState(true);
  report("state", { state: grpc.connectivityState[state] });
  channel.watchConnectivityState(state, Infinity, (error) => {
    if (error === undefined) watchState(channel);
  });
}

/** Keeps one bidi stream open and quiet, and opens another when it is lost. */
async function hold(client: EchoClient): Promise<void> {
  while (true) {
    const stream = client.Bidi(metadata());
    stream.once("data", () => report("held", { open: true }));
    // The status event that follows tells the same.
    stream.on("error", () => {});
    stream.write(Buffer.from("hold"));
    const { code, details } = await new Promise<grpc.StatusObject>((resolve) =>
      stream.once("status", resolve)
    );
    report("held", { open: false, code, message: details });
    await sleep(REOPEN_DELAY);
  }
}
