import { assert, assertEquals } from "@std/assert";
import { deadline } from "@std/async";
import {
  encodeGoaway,
  encodeSettings,
  FrameWriter,
} from "../../src/frames/mod.ts";
import { Channel, createClient, Status } from "../../mod.ts";
import { assertStatus } from "../grpc/support/assert_status.ts";
import { Words } from "../grpc/support/words.ts";

/** Answers each connection with some octets, and ends it. */
function briefServer(encode: (writer: FrameWriter) => void): {
  readonly target: string;
  readonly connections: () => number;
  readonly close: () => Promise<void>;
} {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let connections = 0;
  const serving = (async () => {
    for await (const conn of listener) {
      connections++;
      const writer = new FrameWriter();
      encode(writer);
      await conn.write(writer.take());
      await conn.closeWrite();
      while (await conn.read(new Uint8Array(1_024)).catch(() => null));
      conn.close();
    }
  })();
  const { port } = listener.addr as Deno.NetAddr;
  return {
    target: `127.0.0.1:${port}`,
    connections: () => connections,
    close: () => (listener.close(), serving),
  };
}

const ENDINGS: Record<string, (writer: FrameWriter) => void> = {
  "SETTINGS and a closed socket": (writer) => encodeSettings(writer, []),
  "SETTINGS and GOAWAY": (writer) => {
    encodeSettings(writer, []);
    encodeGoaway(writer, 0, 0, new TextEncoder().encode("max_age"));
  },
};

for (const [what, encode] of Object.entries(ENDINGS)) {
  Deno.test(`A call fails at the second time the server has just ${what} for it, a pause lies between`, async () => {
    const server = briefServer(encode);
    const channel = new Channel(server.target, {
      backoff: { initialBackoff: 200, jitter: 0 },
    });
    const words = createClient(Words, channel);
    const start = performance.now();
    const call = assertStatus(() => words.one("w"), Status.UNAVAILABLE);
    await deadline(call, 2_000);
    const elapsed = performance.now() - start;
    assertEquals(server.connections(), 2);
    assert(elapsed > 190, `${elapsed} ms`);
    await channel.close();
    await server.close();
  });
}

Deno.test("Closing a channel ends the calls that wait for room", async () => {
  const server = briefServer((writer) => encodeSettings(writer, [[3, 0]]));
  const channel = new Channel(server.target);
  const words = createClient(Words, channel);
  const call = assertStatus(() => words.one("w"), Status.UNAVAILABLE);
  await channel.close();
  await deadline(call, 2_000);
  await server.close();
});
