/**
 * What an idle connection costs a server that keeps it alive: anonymous memory
 * (`RssAnon`) for each of 5,000 connections, after garbage collection.
 *
 * ```sh
 * deno run -A tests/bench/idle_memory.ts --assert
 * ```
 *
 * The server has a process of its own with nothing but `listen` in it, the
 * clients are bare sockets in another. The server is measured without
 * connections, then with all of them, keepalive armed and no PING sent, then
 * once more after each has answered a keepalive PING. The bound is 6,656
 * octets a connection; with `--recorder`, where the server has a flight recorder
 * as that of `serve`, it is 7,424.
 *
 * The collection is one that also gives back what V8 keeps for new objects.
 * Without that a process holds up to 48 MB more, whether its connections are
 * many or few.
 *
 * Linux only. Takes twenty seconds, and 5,000 file descriptors a process: the
 * hard limit (`ulimit -Hn`) has to allow them, Deno raises the soft one itself.
 *
 * @module
 */
import {
  encodePing,
  encodeSettings,
  encodeSettingsAck,
  FrameReader,
  FrameType,
  FrameWriter,
} from "../../src/frames/mod.ts";
import { CLIENT_PREFACE } from "../../src/connection/preface.ts";
import { runTask } from "../harness/task.ts";
import type { Measurement } from "./idle_server.ts";
import { type Figure, report } from "./measure.ts";

const CONNECTIONS = 5_000;

/** Whether the server records what happens, as `serve` does. */
const IS_RECORDED = Deno.args.includes("--recorder");

const BOUND = IS_RECORDED ? 7_424 : 6_656;

/**
 * Connections that come and go first, so that all code is loaded and compiled:
 * after 50 of them V8 goes on to compile for the others, megabytes that are the
 * same for any number of connections.
 */
const WARM_UP_CONNECTIONS = 1_000;

/** Connections that are being opened at once. */
const OPENING = 50;

/** Milliseconds for the server to get where it is expected. */
const PATIENCE = 60_000;

const GREETING = greeting();

async function compare(): Promise<number> {
  await using server = await IdleServer.start();
  const clients: Deno.Conn[] = [];
  await connectMany(server.port, WARM_UP_CONNECTIONS, clients);
  for (const client of clients.splice(0)) client.close();
  const empty = await server.until(({ connections }) => connections === 0);
  await connectMany(server.port, CONNECTIONS, clients);
  const armed = await server.until(({ armed }) => armed === CONNECTIONS);
  const pinged = await server.until(({ acked }) => acked === CONNECTIONS);
  for (const client of clients) client.close();
  if (armed.sent > 0) throw new Error("PINGs were sent before the measurement");
  report([
    ...figures("keepalive armed", empty, armed),
    ...figures("after a keepalive PING", empty, pinged),
  ]);
  return 0;
}

function figures(
  name: string,
  empty: Measurement,
  full: Measurement,
): Figure[] {
  const perConnection = (key: "anonymous" | "heap") => ({
    value: (full[key] - empty[key]) / CONNECTIONS,
    unit: "octets",
  });
  return [
    { name: `${name}: RssAnon`, ...perConnection("anonymous"), bound: BOUND },
    { name: `${name}: heap`, ...perConnection("heap") },
  ];
}

/** The server's process: a line in asks for a line with a measurement. */
class IdleServer implements AsyncDisposable {
  /** Where it listens. */
  readonly port: number;
  readonly #child: Deno.ChildProcess;
  readonly #lines: AsyncGenerator<string>;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;

  private constructor(
    child: Deno.ChildProcess,
    lines: AsyncGenerator<string>,
    port: number,
  ) {
    this.port = port;
    this.#child = child;
    this.#lines = lines;
    this.#input = child.stdin.getWriter();
  }

  static async start(): Promise<IdleServer> {
    const { pathname } = new URL("idle_server.ts", import.meta.url);
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--no-check",
        "--v8-flags=--expose-gc",
        pathname,
        ...(IS_RECORDED ? ["--recorder"] : []),
      ],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const lines = linesOf(child.stdout);
    const { value } = await lines.next();
    return new IdleServer(child, lines, Number(value));
  }

  /** Measures until the server is as expected, then once more to settle. */
  async until(
    expected: (measured: Measurement) => boolean,
  ): Promise<Measurement> {
    const end = performance.now() + PATIENCE;
    while (!expected(await this.#measure())) {
      if (performance.now() < end) continue;
      throw new Error(`The server did not come to it within ${PATIENCE} ms`);
    }
    return await this.#measure();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill();
    await this.#child.status;
  }

  async #measure(): Promise<Measurement> {
    await this.#input.write(Uint8Array.of(10));
    const { value } = await this.#lines.next();
    return JSON.parse(value);
  }
}

async function* linesOf(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = `${rest}${text}`.split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}

async function connectMany(
  port: number,
  count: number,
  clients: Deno.Conn[],
): Promise<void> {
  for (let left = count; left > 0; left -= OPENING) {
    const length = Math.min(left, OPENING);
    clients.push(
      ...await Promise.all(Array.from({ length }, () => connect(port))),
    );
  }
}

async function connect(port: number): Promise<Deno.Conn> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(GREETING);
  void acknowledgePings(conn);
  return conn;
}

/** Does this until the connection is closed here. */
async function acknowledgePings(conn: Deno.Conn): Promise<void> {
  const reader = new FrameReader();
  const writer = new FrameWriter();
  const buffer = new Uint8Array(64);
  try {
    for (;;) {
      const count = await conn.read(buffer);
      if (count === null) throw new Error("The server has closed a connection");
      reader.feed(buffer.subarray(0, count));
      for (let frame = reader.next(); frame; frame = reader.next()) {
        if (frame.type !== FrameType.PING || frame.ack) continue;
        encodePing(writer, true, frame.opaqueData);
        await conn.write(writer.take());
      }
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.Interrupted)) throw error;
  }
}

/** Preface and SETTINGS of a client, and its word that it got the server's. */
function greeting(): Uint8Array {
  const writer = new FrameWriter();
  encodeSettings(writer, []);
  encodeSettingsAck(writer);
  return Uint8Array.from([...CLIENT_PREFACE, ...writer.take()]);
}

if (import.meta.main) {
  await runTask({
    name: "idle_memory.ts",
    program: "deno run -A tests/bench/idle_memory.ts",
    purpose: "Measures the memory of a server for each idle connection, after" +
      " a garbage collection. Linux only; takes twenty seconds.",
    examples: ["deno run -A tests/bench/idle_memory.ts --assert"],
    flags: [
      { flags: "--assert", help: "End with 1 if a figure is above its bound" },
      { flags: "--recorder", help: "With the flight recorder of serve" },
    ],
  }, compare);
}
