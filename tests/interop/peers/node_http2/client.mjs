import { Buffer } from "node:buffer";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { Channel } from "./channel.mjs";
import { parseFlags } from "./flags.mjs";
import { decodeMessages, encodeMessage } from "./grpc.mjs";
import { report } from "./report.mjs";

const STREAMED_COUNT = 3;
const REOPEN_DELAY = 100;
const UNAVAILABLE = 14;

const DEFAULTS = {
  "target": "",
  "keepalive-time": 0,
  "keepalive-timeout": 20_000,
  "permit-without-stream": false,
  "ping-every": 0,
  "call": "none",
  "call-every": 0,
  "duration": 0,
  "hold": false,
};

const CALLS = {
  "none": undefined,
  "unary": { method: "Unary", count: 1 },
  "server-stream": { method: "ServerStream", count: 1 },
  "client-stream": { method: "ClientStream", count: STREAMED_COUNT },
  "bidi": { method: "Bidi", count: STREAMED_COUNT },
};

export async function call(args) {
  const flags = parseFlags(args, DEFAULTS);
  if (!(flags.call in CALLS)) {
    throw new TypeError(`Cannot make --call ${flags.call}`);
  }
  const channel = new Channel(flags);
  const leave = () => {
    channel.close();
    report("stopped");
    process.exit(0);
  };
  process.once("SIGTERM", leave);
  if (flags.duration > 0) setTimeout(leave, flags.duration);
  if (flags.hold) hold(channel);

  const chosen = CALLS[flags.call];
  if (chosen === undefined) return;
  await invoke(channel, chosen);
  while (flags["call-every"] > 0) {
    await sleep(flags["call-every"]);
    await invoke(channel, chosen);
  }
  if (flags.duration === 0 && !flags.hold) leave();
}

/** Keeps one bidi stream open and quiet, and opens another when it is lost. */
async function hold(channel) {
  while (true) {
    const stream = await channel.openStream("Bidi");
    const status = statusOf(stream);
    stream.write(encodeMessage(Buffer.from("hold")));
    stream.once("data", () => report("held", { open: true }));
    report("held", { open: false, ...await status });
    await sleep(REOPEN_DELAY);
  }
}

async function invoke(channel, { method, count }) {
  const begun = performance.now();
  const stream = await channel.openStream(method, {
    "x-repeat": String(STREAMED_COUNT),
  });
  const status = statusOf(stream);
  for (let n = 0; n < count; n++) {
    stream.write(encodeMessage(Buffer.from("hello")));
  }
  stream.end();
  const { messages, bytes } = await countMessages(stream);
  const { code, message } = await status;
  const ms = Math.round((performance.now() - begun) * 1000) / 1000;
  report("call", { method, code, message, messages, bytes, ms });
}

async function countMessages(stream) {
  let messages = 0;
  let bytes = 0;
  try {
    for await (const message of decodeMessages(stream)) {
      messages += 1;
      bytes += message.length;
    }
  } catch {
    // The status tells what went wrong.
  }
  return { messages, bytes };
}

/** Settles with the gRPC status when the stream is closed. */
function statusOf(stream) {
  let status;
  let failure = "stream closed without a status";
  const read = (headers) => {
    if (!("grpc-status" in headers)) return;
    status = {
      code: Number(headers["grpc-status"]),
      message: headers["grpc-message"] ?? "",
    };
  };
  stream.on("response", read);
  stream.on("trailers", read);
  stream.on("error", (error) => failure = error.message);
  return new Promise((resolve) => {
    stream.once(
      "close",
      () => resolve(status ?? { code: UNAVAILABLE, message: failure }),
    );
  });
}
