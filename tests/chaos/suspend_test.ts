import { assert, assertEquals, assertLess } from "@std/assert";
import { freePorts } from "./ports.ts";
import { onDeno, Program } from "./program.ts";
import { now } from "./records.ts";
import { Relay } from "../harness/relay.ts";
import type { ServerLine, ServerSettings } from "./server.ts";
import type { SuspendLine, SuspendSettings } from "./suspend_client.ts";

const KEEPALIVE = { time: 1_000, timeout: 1_000 };

/** Longer than the silence after which keepalive closes a connection. */
const STOPPED = KEEPALIVE.time + KEEPALIVE.timeout + 1_000;

/** Long enough for a connection to be closed after all. */
const AFTERWARDS = KEEPALIVE.time + KEEPALIVE.timeout + 500;

/** For a dial, and for processes of a busy machine to get their turn. */
const MARGIN = 500;

/**
 * For responses to be read: those that lie in the socket when the process goes
 * on are a sign of life, and the next PING is due `time` after them.
 */
const QUIET = 100;

/** For a PING that was sent to leave the process. */
const LEAVES = 100;

/** A server, a relay and a client, each but the relay a process of its own. */
class Stage implements AsyncDisposable {
  readonly client: Program<SuspendLine>;
  readonly relay: Relay;
  readonly #server: Program<ServerLine>;

  private constructor(
    server: Program<ServerLine>,
    relay: Relay,
    interval: number,
  ) {
    const settings: SuspendSettings = {
      target: relay.target,
      keepalive: KEEPALIVE,
      interval,
    };
    this.#server = server;
    this.relay = relay;
    this.client = new Program(onDeno("suspend_client.ts"), settings);
  }

  static async set(interval: number): Promise<Stage> {
    const [port, relayPort] = freePorts(2);
    const settings: ServerSettings = { port };
    const server = new Program<ServerLine>(onDeno("server.ts"), settings);
    await server.waitFor("listening");
    return new Stage(server, new Relay(port, { port: relayPort }), interval);
  }

  get closed(): SuspendLine[] {
    return this.client.lines.filter(({ type }) => type === "closed");
  }

  get unary() {
    return this.client.lines.filter((line) => line.type === "unary");
  }

  get failures(): SuspendLine[] {
    return this.client.lines.filter((line) =>
      line.type === "stream-failed" || line.type === "unary" && line.code !== 0
    );
  }

  get indices(): number[] {
    return this.client.lines.flatMap((line) =>
      line.type === "response" ? [line.index] : []
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client[Symbol.asyncDispose]();
    await this.relay[Symbol.asyncDispose]();
    await this.#server[Symbol.asyncDispose]();
  }
}

Deno.test("A process stopped for longer than time + timeout keeps the connection to a peer that is there", async () => {
  await using stage = await Stage.set(50);
  const { client, relay } = stage;
  await client.waitFor("response", ({ index }) => index === 5);
  client.signal("SIGSTOP");
  await sleep(STOPPED);
  const wokenAt = now();
  client.signal("SIGCONT");
  await sleep(AFTERWARDS);

  assertEquals(relay.accepted, 1, "connections");
  assertEquals(stage.closed, []);
  assertEquals(stage.failures, []);
  const { indices } = stage;
  assertEquals(indices, indices.map((_, index) => index));
  await client.waitFor(
    "response",
    ({ at }) => at > wokenAt + AFTERWARDS - MARGIN,
  );
  assert(stage.unary.some(({ startedAt }) => startedAt > wokenAt));
});

Deno.test("A process stopped while its connection went dark has another within timeout/2 + a dial of waking", async () => {
  await using stage = await Stage.set(2 * QUIET);
  const { client, relay } = stage;
  await client.waitFor("response", ({ index }) => index === 5);
  await sleep(QUIET);
  client.signal("SIGSTOP");
  await sleep(STOPPED / 2);
  relay.dark("present");
  await sleep(STOPPED / 2);
  const wokenAt = now();
  client.signal("SIGCONT");
  const served = await client.waitFor(
    "unary",
    ({ startedAt, code }) => startedAt > wokenAt && code === 0,
  );
  await sleep(AFTERWARDS);

  assertLess(served.at - wokenAt, KEEPALIVE.timeout / 2 + MARGIN);
  assertEquals(relay.accepted, 2, "connections");
  assertEquals(
    stage.unary.filter(({ code }) => code !== 0),
    [],
    "Idempotent calls are made again",
  );
  assertEquals(stage.closed, [{
    type: "closed",
    details: "keepalive ping failed to receive ACK within timeout",
  }]);
});

Deno.test("A process stopped while the answer to a PING is under way keeps the connection", async () => {
  await using stage = await Stage.set(60_000);
  const { client, relay } = stage;
  await client.waitFor("response");
  await sleep(KEEPALIVE.time / 2);
  relay.stall();
  await client.waitFor("ping");
  await sleep(LEAVES);
  client.signal("SIGSTOP");
  relay.flow();
  await sleep(STOPPED);
  client.signal("SIGCONT");
  await sleep(AFTERWARDS);

  assertEquals(stage.closed, []);
  assertEquals(stage.failures, []);
  assertEquals(relay.accepted, 1, "connections");
});

async function sleep(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
