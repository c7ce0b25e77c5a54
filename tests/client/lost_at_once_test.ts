import { assert, assertEquals, assertRejects } from "@std/assert";
import { deadline } from "@std/async";
import {
  encodeGoaway,
  encodeSettings,
  FrameWriter,
} from "../../src/frames/mod.ts";
import {
  Channel,
  type ConnectivityState,
  createClient,
  Status,
} from "../../mod.ts";
import { assertStatus } from "../grpc/support/assert_status.ts";
import { Words } from "../grpc/support/words.ts";
import { PATIENCE } from "../harness/time.ts";

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
  Deno.test(`A server that has just ${what} for each connection is called ever more slowly, and the channel has not failed`, async () => {
    const server = briefServer(encode);
    const channel = new Channel(server.target);
    const words = createClient(Words, channel);
    const states = new Set<ConnectivityState>();
    const following = (async () => {
      for await (const { state } of channel.changes()) states.add(state);
    })();
    const options = { waitForReady: true, deadline: 1_000 };
    await deadline(assertRejects(() => words.one("w", options)), PATIENCE);
    const count = server.connections();
    assert(count <= 18, `${count} connections`);
    await channel.close();
    await server.close();
    await following;
    assertEquals(states.has("TRANSIENT_FAILURE"), false);
  });
}

Deno.test("Closing a channel ends the calls that wait for room", async () => {
  const server = briefServer((writer) => encodeSettings(writer, [[3, 0]]));
  const channel = new Channel(server.target);
  const words = createClient(Words, channel);
  const call = assertStatus(() => words.one("w"), Status.UNAVAILABLE);
  await channel.close();
  await deadline(call, PATIENCE);
  await server.close();
});
