import {
  type CallOptions,
  type Channel,
  type Client,
  createClient,
  GrpcError,
  Status,
  statusName,
} from "../../../mod.ts";
import type { CallEvent } from "../lines.ts";
import { pause } from "../pause.ts";
import type { CallKind, CallSettings } from "../settings.ts";
import { Echo, INTERVAL, LARGEST_VALUE, REPEAT } from "../echo/mod.ts";
import type { Tally } from "./tally.ts";

/** A call that is being made, and what it has carried so far. */
interface Traffic {
  readonly settings: CallSettings;
  readonly echo: Client<typeof Echo>;
  readonly message: Uint8Array;
  readonly options: CallOptions;
  /** Is aborted when the call has ended. */
  readonly over: AbortSignal;
  readonly tally: Tally;
  messages: number;
  octets: number;
}

const KINDS = {
  "unary": { method: Echo.unary, run: unary },
  "server-stream": { method: Echo.serverStream, run: serverStream },
  "client-stream": { method: Echo.clientStream, run: clientStream },
  "bidi": { method: Echo.bidi, run: bidi },
};

/** Makes one call; in a stream, of as many messages as the settings say. */
export async function echoCall(
  kind: CallKind,
  settings: CallSettings,
  channel: Channel,
  tally: Tally,
  signal: AbortSignal,
): Promise<CallEvent> {
  const { method: { path: method }, run } = KINDS[kind];
  const ended = new AbortController();
  const traffic: Traffic = {
    settings,
    echo: createClient(Echo, channel),
    message: new Uint8Array(settings.size),
    options: {
      deadline: settings.deadline,
      signal,
      onTrailers: () => ended.abort(),
    },
    over: ended.signal,
    tally,
    messages: 0,
    octets: 0,
  };
  const began = performance.now();
  const failure = await failureOf(run(traffic));
  const code = failure?.code ?? Status.OK;
  return {
    type: "call",
    method,
    code,
    codeName: statusName(code),
    ...(failure === undefined ? {} : { statusMessage: failure.statusMessage }),
    messages: traffic.messages,
    octets: traffic.octets,
    ms: performance.now() - began,
  };
}

async function failureOf(call: Promise<void>): Promise<GrpcError | undefined> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof GrpcError)) throw error;
    return error;
  }
}

async function unary(traffic: Traffic): Promise<void> {
  const { echo, message, options, tally } = traffic;
  const since = performance.now();
  count(traffic, await echo.unary(message, options));
  tally.time(performance.now() - since);
}

async function serverStream(traffic: Traffic): Promise<void> {
  const { echo, message, options, settings, tally } = traffic;
  const interval = Math.min(Math.round(settings.interval), LARGEST_VALUE);
  const metadata = {
    [REPEAT]: String(settings.count),
    ...(interval > 0 ? { [INTERVAL]: String(interval) } : {}),
  };
  let since = performance.now();
  for await (
    const response of echo.serverStream(message, { ...options, metadata })
  ) {
    count(traffic, response);
    tally.time(performance.now() - since);
    since = performance.now();
  }
}

async function clientStream(traffic: Traffic): Promise<void> {
  const { echo, options, tally } = traffic;
  async function* counted() {
    for await (const request of requests(traffic)) {
      const since = performance.now();
      yield request;
      count(traffic, request);
      tally.time(performance.now() - since);
    }
  }
  await echo.clientStream(counted(), options);
}

async function bidi(traffic: Traffic): Promise<void> {
  const { echo, options, tally } = traffic;
  const departures: number[] = [];
  async function* noted() {
    for await (const request of requests(traffic)) {
      departures.push(performance.now());
      yield request;
    }
  }
  for await (const response of echo.bidi(noted(), options)) {
    count(traffic, response);
    const departure = departures.shift();
    if (departure !== undefined) tally.time(performance.now() - departure);
  }
}

/** The requests of a stream, with pauses in between. */
async function* requests(
  { settings: { count, interval }, message, over }: Traffic,
): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < count; index++) {
    if (index > 0 && interval > 0) await pause(interval, over);
    if (over.aborted) return;
    yield message;
  }
}

function count(traffic: Traffic, { length }: Uint8Array): void {
  traffic.messages++;
  traffic.octets += length;
}
