/**
 * Heartbeats of our client and our server, with real proxies between them.
 *
 * @module
 */

import {
  assert,
  assertEquals,
  assertGreaterOrEqual,
  assertInstanceOf,
  assertLessOrEqual,
} from "@std/assert";
import { delay } from "@std/async";
import {
  type CallOptions,
  Channel,
  GrpcError,
  HeartbeatTimeoutError,
  serve,
  type Server,
  Status,
} from "../../../mod.ts";
import { milliseconds, SLACK } from "../stack.ts";
import { formatTable, type Row } from "../table.ts";
import { pathBeside } from "../tools.ts";
import { envoy } from "./envoy.ts";
import { haproxy } from "./haproxy.ts";
import { nghttpx } from "./nghttpx.ts";
import { nginx } from "./nginx.ts";
import { type ProxyKind, RunningProxy } from "./proxy.ts";
import { oneWord, Quiet, quietService } from "./quiet.ts";
import { HEARTBEAT } from "./quiet_heartbeat.ts";

/** Seconds of silence after which a proxy forgets a stream. */
const PATIENCE = 3;

/** Milliseconds that a stream is silent; `SILENCE=30000` for longer. */
const SILENCE = Number(Deno.env.get("SILENCE") ?? 12_000);

const { interval, timeout } = HEARTBEAT;

const table: Row[] = [];
addEventListener("unload", () => console.log(formatTable(table)));

/** A stream that is silent after its first message. */
class SilentStream implements AsyncDisposable {
  readonly opened: Promise<unknown>;
  readonly #openedAt: Promise<number>;
  readonly #lost: Promise<{ error: unknown; at: number }>;
  readonly #abort = new AbortController();
  readonly #channel: Channel;
  readonly #over = Promise.withResolvers<void>();
  isOver = false;

  constructor(
    port: number,
    kind: "watch" | "talk",
    heartbeat: CallOptions["heartbeat"],
  ) {
    this.#channel = new Channel(`127.0.0.1:${port}`);
    const { signal } = this.#abort;
    const options = { heartbeat, signal };
    const responses = kind === "watch"
      ? this.#channel.serverStreaming(Quiet.watch, Uint8Array.of(1), options)
      : this.#channel.bidiStreaming(
        Quiet.talk,
        oneWord(this.#over.promise),
        options,
      );
    this.opened = responses.next();
    this.#openedAt = this.opened.then(() => performance.now());
    this.#lost = this.#openedAt.then(() => responses.next()).then(
      () => ({ error: undefined, at: performance.now() }),
      (error) => ({ error, at: performance.now() }),
    ).finally(() => this.isOver = true);
  }

  /** How it ended, and after how many milliseconds of silence. */
  async end(): Promise<{ error: unknown; after: number }> {
    const openedAt = await this.#openedAt;
    const { error, at } = await this.#lost;
    return { error, after: at - openedAt };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    this.#over.resolve();
    await this.#lost;
    await this.#channel.close();
  }
}

/** One end in a process of its own. */
class Program implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;

  constructor(...args: string[]) {
    const file = pathBeside(import.meta.url, "quiet_program.ts");
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", "--allow-net", file, ...args],
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#lines = this.#child.stdout
      .pipeThrough(new TextDecoderStream()).getReader();
  }

  /** What it says next. */
  async said(): Promise<string> {
    return (await this.#lines.read()).value?.trim() ?? "";
  }

  /** It does nothing any more, and its connections stay open. */
  freeze(): void {
    this.#child.kill("SIGSTOP");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.status;
    await this.#lines.cancel();
  }
}

/** Our server, with what its calls were aborted with. */
function serveQuiet(): { server: Server; aborted: unknown[] } {
  const aborted: unknown[] = [];
  const { minInterval } = HEARTBEAT;
  const server = serve({
    hostname: "127.0.0.1",
    port: 0,
    heartbeat: { minInterval, timeout },
  }, [quietService(({ signal }) => aborted.push(signal.reason))]);
  return { server, aborted };
}

const portOf = ({ addr }: Server) => (addr as Deno.NetAddr).port;

type Check = (kind: ProxyKind, program: string) => Promise<string>;

const forgets: Check = async (kind, program) => {
  const { server } = serveQuiet();
  await using _end = server;
  const backend = portOf(server);
  const route = { backend, patience: PATIENCE };
  await using proxy = await RunningProxy.start(kind, program, route);
  const { port } = proxy.route;
  const told: string[] = [];
  for (const role of ["watch", "talk"] as const) {
    await using stream = new SilentStream(port, role, false);
    const { error, after } = await stream.end();
    assertInstanceOf(error, GrpcError);
    assertLessOrEqual(after, 2_000 * PATIENCE + SLACK);
    told.push(`${role} lost after ${milliseconds(after)}`);
  }
  return told.join(", ");
};

const lives: Check = async (kind, program) => {
  const { server, aborted } = serveQuiet();
  await using _end = server;
  const backend = portOf(server);
  const route = { backend, patience: PATIENCE };
  await using proxy = await RunningProxy.start(kind, program, route);
  const { port } = proxy.route;
  await using watch = new SilentStream(port, "watch", { interval });
  await using talk = new SilentStream(port, "talk", { interval });
  await Promise.all([watch.opened, talk.opened]);
  // That nothing ends it in this time is what is tested.
  await delay(SILENCE);
  for (const stream of [watch, talk]) {
    assert(!stream.isOver, String((await endIfOver(stream))?.error));
  }
  assertEquals(aborted, []);
  return `both kinds live after ${SILENCE / 1_000} s`;
};

function endIfOver(stream: SilentStream) {
  return stream.isOver ? stream.end() : undefined;
}

const frozenServer: Check = async (kind, program) => {
  await using backend = new Program("serve");
  const route = { backend: Number(await backend.said()) };
  await using proxy = await RunningProxy.start(kind, program, route);
  const { port } = proxy.route;
  const told: string[] = [];
  await using watch = new SilentStream(port, "watch", { interval, timeout });
  await using talk = new SilentStream(port, "talk", { interval, timeout });
  await Promise.all([watch.opened, talk.opened]);
  await delay(2 * interval);
  const frozenAt = performance.now();
  backend.freeze();
  for (const stream of [watch, talk]) {
    const { error } = await stream.end();
    const took = performance.now() - frozenAt;
    assertInstanceOf(error, GrpcError);
    assertEquals(error.code, Status.UNAVAILABLE);
    assertInstanceOf(error.cause, HeartbeatTimeoutError);
    assertEquals(error.cause.silent, "server");
    assertLessOrEqual(took, interval + timeout + SLACK);
    told.push(milliseconds(took));
  }
  return `in ${told.join(" and ")}`;
};

const frozenClient: Check = async (kind, program) => {
  const { server, aborted } = serveQuiet();
  await using _end = server;
  const route = { backend: portOf(server) };
  await using proxy = await RunningProxy.start(kind, program, route);
  await using client = new Program("call", String(proxy.route.port));
  assertEquals(await client.said(), "3");
  await delay(2 * interval);
  assertEquals(aborted, []);
  const frozenAt = performance.now();
  client.freeze();
  await proxy.until(
    "abort of the call at the server",
    () => Promise.resolve(aborted.length > 0 || undefined),
  );
  const took = performance.now() - frozenAt;
  const [reason] = aborted;
  assertInstanceOf(reason, GrpcError);
  assertInstanceOf(reason.cause, HeartbeatTimeoutError);
  assertEquals(reason.cause.silent, "client");
  assertGreaterOrEqual(reason.cause.silence, interval + timeout);
  assertLessOrEqual(took, interval + timeout + SLACK);
  return `in ${milliseconds(took)}`;
};

const CHECKS: readonly [string, Check, ProxyKind[]][] = [
  [
    `without heartbeats a silent stream dies after its ${PATIENCE} s`,
    forgets,
    [nginx, haproxy, envoy],
  ],
  ["with heartbeats it lives on", lives, [nginx, haproxy, envoy]],
  [
    "a server that is frozen behind it is noticed within interval + timeout",
    frozenServer,
    [nginx, haproxy, nghttpx, envoy],
  ],
  [
    "so is a client that is frozen before it",
    frozenClient,
    [nginx, haproxy, nghttpx, envoy],
  ],
];

for (const [check, run, kinds] of CHECKS) {
  for (const kind of kinds) register(kind, await kind.find(), check, run);
}

function register(
  kind: ProxyKind,
  found: Awaited<ReturnType<ProxyKind["find"]>>,
  check: string,
  run: Check,
): void {
  const row: Row = {
    direction: "heartbeats, and between them",
    check,
    stack: kind.name,
    outcome: "not run",
  };
  table.push(row);
  const name = `${kind.name}: ${check}`;
  if ("missing" in found) {
    row.outcome = "skipped";
    const [why] = found.missing.split("\n");
    return Deno.test.ignore(`${name} (skipped: ${why})`, () => {});
  }
  Deno.test(name, async () => {
    row.outcome = "FAILED";
    row.outcome = `ok, ${await run(kind, found.program)}`;
  });
}
