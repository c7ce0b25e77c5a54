import { assertEquals, assertThrows } from "@std/assert";
import { Channel, GrpcError, serve, Status } from "../../mod.ts";
import { encodePing, ErrorCode, FrameType } from "../../src/frames/mod.ts";
import {
  request,
  RESPONSE,
  sayFields,
  sayMessage,
  sayStatus,
} from "../grpc/support/foreign.ts";
import { ForeignClient } from "../grpc/support/foreign_client.ts";
import { ForeignServer } from "../grpc/support/foreign_server.ts";
import { Stage } from "../grpc/support/words.ts";
import { goawaysIn } from "../harness/raw_peer.ts";

const ONE = "/test.Words/One";
const LIMITS = { maxHeaderListSize: 4_000, absoluteMaxHeaderListSize: 16_000 };

/** Metadata of so many octets. */
function bulk(size: number): Record<string, string> {
  return { "x-bulk": "v".repeat(size) };
}

Deno.test("A request whose metadata is too large for the server is answered, and its neighbours are served", async () => {
  await using stage = new Stage(undefined, { server: LIMITS });
  using client = await ForeignClient.greet(stage.port);
  await client.peer.say((writer) => sayFields(writer, 1, request(ONE), false));
  const { sections } = await client.exchange(
    3,
    (writer) => sayFields(writer, 3, request(ONE, bulk(10_000)), true),
  );
  assertEquals(sections[0]["grpc-status"], String(Status.RESOURCE_EXHAUSTED));
  const neighbour = await client.exchange(
    1,
    (writer) => sayMessage(writer, 1, "hello", true),
  );
  assertEquals(neighbour.sections.at(-1)?.["grpc-status"], "0");
});

Deno.test("Far too large metadata ends the connection with ENHANCE_YOUR_CALM", async () => {
  await using stage = new Stage(undefined, {
    server: { maxHeaderListSize: 2_000, absoluteMaxHeaderListSize: 8_000 },
  });
  using client = await ForeignClient.greet(stage.port);
  await client.peer.say((writer) =>
    sayFields(writer, 1, request(ONE, bulk(10_000)), true)
  );
  const [{ code }] = goawaysIn(await client.peer.rest());
  assertEquals(code, ErrorCode.ENHANCE_YOUR_CALM);
});

for (const where of ["headers", "trailers", "trailers only"]) {
  Deno.test(`Response ${where} that are too large fail their call with RESOURCE_EXHAUSTED, and no other`, async () => {
    await using server = new ForeignServer(LIMITS);
    await server.welcome();
    const bystander = server.words.one("");
    await server.end.fields();
    const call = server.words.one("");
    call.catch(() => {});
    const { streamId } = await server.peer.until(FrameType.HEADERS);
    await server.peer.say((writer) => {
      const large = Object.entries(bulk(10_000));
      if (where === "headers") {
        sayFields(writer, streamId, [...RESPONSE, ...large]);
        return;
      }
      if (where === "trailers") {
        sayFields(writer, streamId, RESPONSE);
        sayMessage(writer, streamId, "word");
      }
      const head = where === "trailers" ? [] : RESPONSE;
      const trailers = [...head, ["grpc-status", "3"] as const, ...large];
      sayFields(writer, streamId, trailers, true);
    });
    const error = await call.then(() => undefined, (error) => error);
    assertEquals(
      error instanceof GrpcError && error.code,
      Status.RESOURCE_EXHAUSTED,
    );
    const [, size, limit] = /list of (\d+) octets: expected at most (\d+)/
      .exec(error.message) ?? [];
    assertEquals([Number(size) > 10_000, limit], [true, "4000"]);
    await server.peer.say((writer) => {
      sayFields(writer, 1, RESPONSE);
      sayMessage(writer, 1, "alive");
      sayStatus(writer, 1, 0);
    });
    assertEquals(await bystander, "alive");
  });
}

Deno.test("Larger limits let larger metadata through, in both directions", async () => {
  const limits = { maxHeaderListSize: 400_000 };
  await using stage = new Stage({
    one: (_request, call) => {
      call.trailers.set("x-back", call.metadata.get("x-bulk") as string);
      return "ok";
    },
  }, { server: limits, channel: limits });
  let back = 0;
  await stage.words.one("", {
    metadata: bulk(300_000),
    onTrailers: (trailers) => back = String(trailers.get("x-back")).length,
  });
  assertEquals(back, 300_000);
});

Deno.test("Limits that make no sense are refused before anything is opened", () => {
  const wrong = { maxHeaderListSize: 100, absoluteMaxHeaderListSize: 99 };
  const text = "Cannot use absoluteMaxHeaderListSize";
  assertThrows(() => serve({ port: 0, ...wrong }, []), RangeError, text);
  assertThrows(() => new Channel("127.0.0.1:1", wrong), RangeError, text);
});

Deno.test("43 EN-no-reset: the answer to metadata that is too large does not clear strikes", async () => {
  await using stage = new Stage(undefined, { server: LIMITS });
  using client = await ForeignClient.greet(stage.port);
  const { peer } = client;
  const ping = () =>
    peer.say((writer) => encodePing(writer, false, new Uint8Array(8)));
  for (let i = 0; i < 3; i++) {
    await ping();
    await peer.until(FrameType.PING);
  }
  await client.exchange(
    1,
    (writer) => sayFields(writer, 1, request(ONE, bulk(10_000)), true),
  );
  await ping();
  const [goaway] = goawaysIn(await peer.rest());
  assertEquals(goaway.debug, "too_many_pings");
});
