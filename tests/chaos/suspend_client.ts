/**
 * A client that is to be stopped and continued, as a program: one `Channel`,
 * with a stream in both directions that stays open, and unary calls.
 *
 * @module
 */
import { Channel, GrpcError } from "@keepalive/grpc";
import { Echo } from "../../src/cli/echo/echo.ts";
import { now, SERVICE_CONFIG } from "./records.ts";

/** The argument of the program. Times are milliseconds. */
export interface SuspendSettings {
  /** Where to connect to. */
  readonly target: string;
  /** The keepalive of the connection. */
  readonly keepalive: { readonly time: number; readonly timeout: number };
  /** The time between two calls, and between two messages of the stream. */
  readonly interval: number;
}

/** A line that the program prints. Times are milliseconds since 1970. */
export type SuspendLine =
  /** A unary call has ended; `code` 0 is success. */
  | {
    readonly type: "unary";
    readonly startedAt: number;
    readonly at: number;
    readonly code: number;
    readonly details: string;
  }
  /** The stream brought back its message of this index. */
  | { readonly type: "response"; readonly at: number; readonly index: number }
  /** The stream has failed. */
  | { readonly type: "stream-failed"; readonly details: string }
  /** A PING of keepalive was sent. */
  | { readonly type: "ping"; readonly at: number }
  /** A connection has ended. */
  | { readonly type: "closed"; readonly details: string };

/** Milliseconds that a unary call may take. */
const DEADLINE = 10_000;

if (import.meta.main) await run(JSON.parse(Deno.args[0]));

async function run(
  { target, keepalive, interval }: SuspendSettings,
): Promise<void> {
  const channel = new Channel(target, {
    keepalive: {
      ...keepalive,
      permitWithoutStream: true,
      minimumTime: keepalive.time,
    },
    serviceConfig: SERVICE_CONFIG,
    onEvent: (event) => {
      if (event.type === "ping-sent" && event.purpose === "keepalive") {
        print({ type: "ping", at: now() });
      } else if (event.type === "closed") {
        print({ type: "closed", details: event.reason.message });
      }
    },
  });
  void stream(channel, interval);
  setInterval(() => call(channel), interval);
  await Deno.stdin.readable.pipeTo(new WritableStream());
  Deno.exit();
}

async function stream(channel: Channel, interval: number): Promise<void> {
  try {
    const responses = channel.bidiStreaming(Echo.bidi, indices(interval));
    for await (const response of responses) {
      const index = Number(new TextDecoder().decode(response));
      print({ type: "response", at: now(), index });
    }
  } catch (error) {
    print({ type: "stream-failed", details: String(error) });
  }
}

async function* indices(interval: number): AsyncGenerator<Uint8Array> {
  for (let index = 0;; index++) {
    yield new TextEncoder().encode(String(index));
    await new Promise((resolve) => setTimeout(resolve, interval));
  }
}

async function call(channel: Channel): Promise<void> {
  const startedAt = now();
  let code = 0;
  let details = "";
  try {
    const request = new Uint8Array(32);
    await channel.unary(Echo.unary, request, { deadline: DEADLINE });
  } catch (error) {
    code = error instanceof GrpcError ? error.code : -1;
    details = String(error);
  }
  print({ type: "unary", startedAt, at: now(), code, details });
}

function print(line: SuspendLine): void {
  console.log(JSON.stringify(line));
}
