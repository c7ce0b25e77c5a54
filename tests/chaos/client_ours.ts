/**
 * A client of the chaos runs, as a program: one `Channel`.
 *
 * @module
 */
import "../harness/thorough.ts";
import {
  type CallOptions,
  Channel,
  DialError,
  GrpcError,
  Status,
} from "@keepalive/grpc";
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
import { type Failure, type Kind, SERVICE_CONFIG } from "./records.ts";

const settings = settingsOfProgram();

const channel = new Channel(settings.target, {
  keepalive: {
    ...settings.keepalive,
    permitWithoutStream: true,
    minimumTime: settings.keepalive.time,
  },
  serviceConfig: SERVICE_CONFIG,
  onEvent: (event) => {
    if (event.type === "ping-sent" && event.purpose === "keepalive") {
      printEvent("ping", "");
    } else if (event.type === "closed") {
      printEvent("closed", event.reason.message);
    }
  },
});

const caller: Caller = {
  async call(kind, deadline) {
    const count = kind === "serverStream" || kind === "bidi" ? MESSAGES : 1;
    requireEcho(await responsesOf(kind, { deadline }), count);
  },
  explain,
};

void tellStates();
await runLoad(settings, caller);

async function tellStates(): Promise<void> {
  for await (const { state, reason } of channel.changes()) {
    printEvent(state, reason);
  }
}

async function responsesOf(
  kind: Kind,
  options: CallOptions,
): Promise<Uint8Array[]> {
  switch (kind) {
    case "unary":
      return [await channel.unary(Echo.unary, PAYLOAD, options)];
    case "clientStream":
      return [
        await channel.clientStreaming(Echo.clientStream, requests(), options),
      ];
    case "serverStream": {
      const metadata = { [REPEAT]: `${MESSAGES}`, [INTERVAL]: `${PAUSE}` };
      const all = { ...options, metadata };
      return await Array.fromAsync(
        channel.serverStreaming(Echo.serverStream, PAYLOAD, all),
      );
    }
    case "bidi":
      return await Array.fromAsync(
        channel.bidiStreaming(Echo.bidi, requests(), options),
      );
  }
}

async function* requests(): AsyncGenerator<Uint8Array> {
  for (let sent = 0; sent < MESSAGES; sent++) {
    if (sent > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE));
    yield PAYLOAD;
  }
}

function explain(error: unknown): Failure {
  if (!(error instanceof GrpcError)) {
    return { code: -1, details: String(error), reason: null };
  }
  const { code, statusMessage: details, cause } = error;
  return { code, details, reason: reasonOf(code, cause) };
}

/** A deadline, an attempt to connect, or the end of a connection. */
function reasonOf(code: number, cause: unknown): string | null {
  if (code === Status.DEADLINE_EXCEEDED) return "deadline";
  if (cause instanceof DialError) return `dial: ${cause.phase}`;
  const isClose = typeof cause === "object" && cause !== null &&
    "kind" in cause && "by" in cause;
  return isClose ? `close: ${cause.kind}` : null;
}
