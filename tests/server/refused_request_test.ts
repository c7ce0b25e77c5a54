import { assert, assertEquals } from "@std/assert";
import { encodePing, ErrorCode, FrameType } from "../../src/frames/mod.ts";
import { request, sayFields } from "../grpc/support/foreign.ts";
import { ForeignClient } from "../grpc/support/foreign_client.ts";
import { Stage } from "../grpc/support/words.ts";
import { goawaysIn } from "../harness/raw_peer.ts";
import { atLeast } from "../harness/time.ts";

const ONE = "/test.Words/One";

/** What is refused before the path is looked up. */
const EARLY: Record<string, Record<string, string>> = {
  "405": { ":method": "GET" },
  "415": { "content-type": "application/json" },
  "a malformed timeout": { "grpc-timeout": "5 minutes" },
};

/** What counts as a call: it is the method that is not there. */
const LATE: Record<string, Record<string, string>> = {
  "an unknown method": { ":path": "/test.Words/None2" },
  "an unknown encoding": { "grpc-encoding": "br" },
};

/** Requests in one write. */
const BATCH = 100;

/** PINGs as many as are borne: the first is free, two are strikes. */
async function strikeTwice({ peer }: ForeignClient): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await peer.say((writer) => encodePing(writer, false, new Uint8Array(8)));
    await peer.until(FrameType.PING);
  }
}

for (const [what, fields] of Object.entries(EARLY)) {
  for (const endsNow of [true, false]) {
    const how = endsNow ? "that has ended" : "that goes on";
    Deno.test(`43 EN-no-reset: ${what} for a request ${how} does not clear strikes`, async () => {
      await using stage = new Stage();
      using client = await ForeignClient.greet(stage.port);
      await strikeTwice(client);
      await client.exchange(
        1,
        (writer) => sayFields(writer, 1, request(ONE, fields), endsNow),
      );
      await client.peer.say((writer) =>
        encodePing(writer, false, new Uint8Array(8))
      );
      const [goaway] = goawaysIn(await client.peer.rest());
      assertEquals(goaway, {
        code: ErrorCode.ENHANCE_YOUR_CALM,
        debug: "too_many_pings",
        lastStreamId: 1,
      });
    });
  }
}

for (const [what, fields] of Object.entries(LATE)) {
  Deno.test(`41 EN-reset-headers: the answer to ${what} clears strikes`, async () => {
    await using stage = new Stage();
    using client = await ForeignClient.greet(stage.port);
    await strikeTwice(client);
    await client.exchange(
      1,
      (writer) => sayFields(writer, 1, request(ONE, fields), true),
    );
    await strikeTwice(client);
    assertEquals(stage.accepted[0].state.kind, "open");
  });
}

for (const [what, fields] of Object.entries({ ...EARLY, ...LATE })) {
  Deno.test(`${what}: ten thousand such requests in a row, which nothing goes on of, end no connection`, async () => {
    await using stage = new Stage();
    using client = await ForeignClient.greet(stage.port);
    for (let id = 1; id < 20_000; id += 2 * BATCH) {
      await client.peer.say((writer) => {
        for (let i = 0; i < BATCH; i++) {
          sayFields(writer, id + 2 * i, request(ONE, fields), false);
        }
      });
      for (let i = 0; i < BATCH; i++) {
        await client.peer.until(FrameType.RST_STREAM);
      }
    }
    assertEquals(stage.accepted[0].state.kind, "open");
  });
}

Deno.test("53 ID-rejected-do-not-count: a client whose requests are all refused is idle", async () => {
  await using stage = new Stage({}, {
    server: { keepalive: { maxConnectionIdle: 150 } },
  });
  using client = await ForeignClient.greet(stage.port);
  for (let id = 1; stage.accepted[0]?.state.kind !== "draining"; id += 2) {
    assert(id < 100, "Refused requests keep the connection");
    const fields = Object.values(EARLY)[id % 3];
    await client.exchange(
      id,
      (writer) => sayFields(writer, id, request(ONE, fields), true),
    );
    await atLeast(20);
  }
  const { debugData } = await client.peer.until(FrameType.GOAWAY);
  assertEquals(new TextDecoder().decode(debugData), "max_idle");
});
