/**
 * Why a connection was lost (gRFC A94), as grpc-go's plugin and this project have
 * it, in the same situations.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { Channel, createClient } from "../../../mod.ts";
import { Words } from "../../grpc/support/words.ts";
import { Meters, type Metric } from "./collected.ts";
import { goPlugin, otherClientUntil, otherServer, titled } from "./peer.ts";
import { serveWords } from "./scene.ts";

/** What the metrics of connections say, without the target. */
function connections(metrics: readonly Metric[]): Record<string, unknown> {
  const found = metrics.filter(({ name }) =>
    name.startsWith("grpc.subchannel.")
  ).map(({ name, points }) => [
    name.replace("grpc.subchannel.", ""),
    points.map(({ attributes, value }) => [
      attributes["grpc.disconnect_error"] ?? "",
      value,
    ]),
  ]);
  return Object.fromEntries(found.sort());
}

/** Has this project call once; `end` is to end its connection. */
async function oursUntil(
  target: string,
  end: () => void | Promise<unknown>,
): Promise<Record<string, unknown>> {
  const meters = new Meters();
  const otel = { meterProvider: meters.provider };
  await using channel = new Channel(target, { otel });
  await createClient(Words, channel).one("a");
  const states = channel.changes();
  await states.next();
  await end();
  await states.next();
  await states.return();
  return connections(await meters.collected());
}

/** A way through which connections are cut without a word. */
class Cut implements Disposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #sockets: Deno.Conn[] = [];

  constructor(port: number) {
    void this.#accept(port);
  }

  get target(): string {
    return `127.0.0.1:${this.#listener.addr.port}`;
  }

  /** Cuts all that are there. */
  cut(): void {
    for (const socket of this.#sockets.splice(0)) socket.close();
  }

  async #accept(port: number): Promise<void> {
    for await (const here of this.#listener) {
      const there = await Deno.connect({ hostname: "127.0.0.1", port });
      this.#sockets.push(here, there);
      here.readable.pipeTo(there.writable).catch(() => {});
      there.readable.pipeTo(here.writable).catch(() => {});
    }
  }

  [Symbol.dispose](): void {
    this.cut();
    this.#listener.close();
  }
}

function lost(error: string): Record<string, unknown> {
  return {
    connection_attempts_succeeded: [["", 1]],
    disconnections: [[error, 1]],
    open_connections: [["", 0]],
  };
}

Deno.test({
  name: titled(goPlugin, "and this project call a drain a GOAWAY NO_ERROR"),
  ignore: !goPlugin.peer.available,
  fn: async () => {
    const server = serveWords({});
    const { port } = server.addr as Deno.NetAddr;
    const theirs = await otherClientUntil(
      goPlugin,
      `127.0.0.1:${port}`,
      () => void server.shutdown(),
    );
    await server.finished;
    assertEquals(connections(theirs.metrics), lost("GOAWAY NO_ERROR"));

    let ours: unknown;
    await otherServer(goPlugin, async (target, stop) => {
      ours = await oursUntil(target, stop);
    });
    assertEquals(ours, lost("GOAWAY NO_ERROR"));
  },
});

Deno.test({
  name: titled(goPlugin, "and this project know no reason for a plain end"),
  ignore: !goPlugin.peer.available,
  fn: async () => {
    await using server = serveWords({});
    const { port } = server.addr as Deno.NetAddr;
    using cut = new Cut(port);
    const theirs = await otherClientUntil(
      goPlugin,
      cut.target,
      () => cut.cut(),
    );
    assertEquals(connections(theirs.metrics), lost("unknown"));
    assertEquals(await oursUntil(cut.target, () => cut.cut()), lost("unknown"));
  },
});
