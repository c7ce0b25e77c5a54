import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { ConnectError, createClient } from "npm:@connectrpc/connect@2.1.2";
import {
  createGrpcTransport,
  Http2SessionManager,
} from "npm:@connectrpc/connect-node@2.1.2";
import { parseFlags } from "../grpc_js/flags.ts";
import { report } from "../grpc_js/report.ts";
import { echoService } from "./services.ts";
import { watchSessions } from "./watch_sessions.ts";

const REOPEN_DELAY = 100;
const CALL_TIMEOUT = 20_000;
const STREAMED_COUNT = 3;
const HELLO = { data: new TextEncoder().encode("hello") };

const DEFAULTS = {
  "target": "",
  "keepalive-time": 0,
  "keepalive-timeout": 0,
  "permit-without-stream": false,
  "call": "none",
  "call-every": 0,
  "hold": false,
};

// deno-lint-ignore no-explicit-any
type EchoClient = any;

let tellGoaway = () => {};

/** Calls the echo service and reports. */
export async function call(args: string[]): Promise<void> {
  const flags = parseFlags(args, DEFAULTS);
  const baseUrl = `http://${flags.target}`;
  const sessionManager = new Http2SessionManager(baseUrl, {
    pingIntervalMs: flags["keepalive-time"] || undefined,
    pingTimeoutMs: flags["keepalive-timeout"] || undefined,
    pingIdleConnection: flags["permit-without-stream"],
  });
  process.once("SIGTERM", () => {
    report("stopped");
    process.exit(0);
  });
  watchSessions(() => tellGoaway());
  const transport = createGrpcTransport({ baseUrl, sessionManager });
  const client: EchoClient = createClient(echoService(), transport);
  if (flags.hold) await hold(client);
  if (flags.call === "none") await comeBack(client);

  await makeCall(client, flags.call);
  while (flags["call-every"] > 0) {
    await sleep(flags["call-every"]);
    await makeCall(client, flags.call);
  }
  report("stopped");
  process.exit(0);
}

/**
 * Makes a call, and another whenever the server sends the client away:
 * connect-node has no connection, and no PINGs, without a call.
 */
async function comeBack(client: EchoClient): Promise<void> {
  for (;;) {
    const away = new Promise<void>((resolve) => tellGoaway = resolve);
    await makeCall(client, "unary");
    // A timer must hold the process open: connect-node does not.
    const timer = setInterval(() => {}, 60_000);
    await away;
    clearInterval(timer);
    await sleep(REOPEN_DELAY);
  }
}

/** Keeps one bidi stream open and quiet, and opens another when it is lost. */
async function hold(client: EchoClient): Promise<void> {
  for (;;) {
    try {
      for await (const _ of client.bidi(once())) {
        report("held", { open: true });
      }
      report("held", { open: false, code: 0, message: "" });
    } catch (error) {
      const { code, rawMessage } = ConnectError.from(error);
      report("held", { open: false, code, message: rawMessage });
    }
    await sleep(REOPEN_DELAY);
  }
}

async function* once() {
  yield HELLO;
  await new Promise(() => {});
}

async function* many() {
  for (let n = 0; n < STREAMED_COUNT; n++) yield HELLO;
}

const METHODS: Record<string, string> = {
  "unary": "unary",
  "server-stream": "serverStream",
  "client-stream": "clientStream",
  "bidi": "bidi",
};

async function makeCall(client: EchoClient, kind: string): Promise<void> {
  const isRequestStream = kind === "client-stream" || kind === "bidi";
  const options = {
    timeoutMs: CALL_TIMEOUT,
    headers: { "x-repeat": String(STREAMED_COUNT) },
  };
  let messages = 0;
  let outcome = { code: 0, message: "" };
  try {
    const result = client[METHODS[kind]](
      isRequestStream ? many() : HELLO,
      options,
    );
    if (kind === "unary" || kind === "client-stream") {
      await result;
      messages = 1;
    } else {
      for await (const _ of result) messages++;
    }
  } catch (error) {
    const { code, rawMessage } = ConnectError.from(error);
    outcome = { code, message: rawMessage };
  }
  report("call", { method: kind, ...outcome, messages });
}
