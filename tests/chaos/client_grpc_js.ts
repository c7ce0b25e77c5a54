/**
 * A client of the chaos runs, as a program: grpc-js, on Node.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { setTimeout as sleep } from "node:timers/promises";
import * as grpc from "@grpc/grpc-js";
import { Echo, INTERVAL, REPEAT } from "../../src/cli/echo/echo.ts";
import {
  type Caller,
  MESSAGES,
  PAUSE,
  PAYLOAD,
  printEvent,
  requireEcho,
  runLoad,
  settingsOfProgram,
} from "./load.ts";
import { type Failure, SERVICE_CONFIG } from "./records.ts";

type Requests =
  | grpc.ClientWritableStream<Buffer>
  | grpc.ClientDuplexStream<Buffer, Buffer>;

type Responses =
  | grpc.ClientReadableStream<Buffer>
  | grpc.ClientDuplexStream<Buffer, Buffer>;

const settings = settingsOfProgram();
const { time, timeout } = settings.keepalive;

const client = new grpc.Client(
  settings.target,
  grpc.credentials.createInsecure(),
  {
    "grpc.keepalive_time_ms": time,
    "grpc.keepalive_timeout_ms": timeout,
    "grpc.keepalive_permit_without_calls": 1,
    "grpc.service_config": JSON.stringify(SERVICE_CONFIG),
  },
);

const payload = Buffer.from(PAYLOAD);

const caller: Caller = {
  call(kind, deadline) {
    const options = { deadline: Date.now() + deadline };
    switch (kind) {
      case "unary":
        return unary(options);
      case "clientStream":
        return clientStream(options);
      case "serverStream":
        return serverStream(options);
      case "bidi":
        return bidi(options);
    }
  },
  explain,
};

tellStates();
await runLoad(settings, caller);

function tellStates(): void {
  const channel = client.getChannel();
  const state = channel.getConnectivityState(false);
  printEvent(grpc.connectivityState[state], "");
  channel.watchConnectivityState(state, Infinity, tellStates);
}

function metadata(values: Record<string, string> = {}): grpc.Metadata {
  const all = new grpc.Metadata({ waitForReady: true });
  for (const [key, value] of Object.entries(values)) all.set(key, value);
  return all;
}

function unary(options: grpc.CallOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      Echo.unary.path,
      raw,
      raw,
      payload,
      metadata(),
      options,
      single(resolve, reject),
    );
  });
}

function clientStream(options: grpc.CallOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = client.makeClientStreamRequest(
      Echo.clientStream.path,
      raw,
      raw,
      metadata(),
      options,
      single(resolve, reject),
    );
    void send(call);
  });
}

function serverStream(options: grpc.CallOptions): Promise<void> {
  const values = { [REPEAT]: `${MESSAGES}`, [INTERVAL]: `${PAUSE}` };
  return receive(client.makeServerStreamRequest(
    Echo.serverStream.path,
    raw,
    raw,
    payload,
    metadata(values),
    options,
  ));
}

function bidi(options: grpc.CallOptions): Promise<void> {
  const call = client.makeBidiStreamRequest(
    Echo.bidi.path,
    raw,
    raw,
    metadata(),
    options,
  );
  void send(call);
  return receive(call);
}

function single(
  resolve: () => void,
  reject: (error: unknown) => void,
): grpc.requestCallback<Buffer> {
  return (error, value) => {
    if (error !== null) return reject(error);
    try {
      requireEcho([value!], 1);
      resolve();
    } catch (wrong) {
      reject(wrong);
    }
  };
}

async function send(call: Requests): Promise<void> {
  let isOver = false;
  call.on("status", () => isOver = true);
  for (let sent = 0; sent < MESSAGES && !isOver; sent++) {
    if (sent > 0) await sleep(PAUSE);
    if (!isOver) call.write(payload);
  }
  call.end();
}

function receive(call: Responses): Promise<void> {
  return new Promise((resolve, reject) => {
    const received: Buffer[] = [];
    call.on("data", (message: Buffer) => received.push(message));
    call.on("error", reject);
    call.on("end", () => {
      try {
        requireEcho(received, MESSAGES);
        resolve();
      } catch (wrong) {
        reject(wrong);
      }
    });
  });
}

function explain(error: unknown): Failure {
  const { code, details } = error as Partial<grpc.ServiceError>;
  return typeof code === "number"
    ? { code, details: details ?? "", reason: grpc.status[code] }
    : { code: -1, details: String(error), reason: null };
}

function raw(octets: Buffer): Buffer {
  return octets;
}
