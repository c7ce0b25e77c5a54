import { assert, assertEquals } from "@std/assert";
import { type CallContext, GrpcError, Metadata, Status } from "../../mod.ts";
import { encodeSettings, FrameType, SettingId } from "../../src/frames/mod.ts";
import { request, sayFields, sayMessage } from "../grpc/support/foreign.ts";
import {
  ForeignClient,
  type Response,
} from "../grpc/support/foreign_client.ts";
import { Stage, until } from "../grpc/support/words.ts";
import { reported } from "../transport/support/reported.ts";

const LARGE = "x".repeat(9_000);

/** A server whose responses are too large in one way or another. */
function large(told: unknown[] = []): Stage {
  return new Stage({
    one: (what: string, call: CallContext) => {
      switch (what) {
        case "message":
          throw new GrpcError(Status.INVALID_ARGUMENT, `bad: ${LARGE}`);
        case "details":
          throw new GrpcError(Status.INVALID_ARGUMENT, "bad", {
            metadata: new Metadata({
              "grpc-status-details-bin": new Uint8Array(9_000),
              "x-small": "1",
            }),
          });
        case "trailers":
          call.trailers.set("x-large", LARGE);
          call.trailers.set("x-small", "1");
          return "w";
        case "headers":
          call.headers.set("x-large", LARGE);
          return "w";
        case "headers of an error":
          call.headers.set("x-large", LARGE);
          throw new GrpcError(Status.INVALID_ARGUMENT, "bad");
        case "headers at once":
          call.headers.set("x-large", LARGE);
          call.sendHeaders();
          return "w";
        default:
          return what;
      }
    },
    down: function* (_what: string, call: CallContext) {
      call.headers.set("x-large", LARGE);
      yield "w";
      yield "w";
    },
  }, { server: { onHandlerError: (error) => told.push(error) } });
}

/** Asks for something, as a client that accepts lists of so many octets. */
async function ask(
  stage: Stage,
  what: string,
  limit: number,
  path = "/test.Words/One",
): Promise<Response> {
  using client = await ForeignClient.greet(stage.port);
  await client.peer.say((writer) =>
    encodeSettings(writer, [[SettingId.MAX_HEADER_LIST_SIZE, limit]])
  );
  await client.peer.until(FrameType.SETTINGS);
  const response = await client.exchange(1, (writer) => {
    sayFields(writer, 1, request(path));
    sayMessage(writer, 1, what, true);
  });
  const next = await client.exchange(3, (writer) => {
    sayFields(writer, 3, request("/test.Words/One"));
    sayMessage(writer, 3, "next", true);
  });
  assertEquals(next.sections.at(-1), { "grpc-status": "0" });
  for (const section of response.sections) {
    const size = Object.entries(section)
      .reduce((sum, [name, value]) => sum + name.length + value.length + 32, 0);
    assert(size <= Math.max(limit, 256), `${size} > ${limit}`);
  }
  return response;
}

Deno.test("A status whose message is too long for its client arrives shortened", async () => {
  await using stage = large();
  for (const limit of [8_192, 1_000, 300]) {
    const { sections: [section], reset } = await ask(stage, "message", limit);
    assertEquals([section["grpc-status"], reset], ["3", undefined]);
    assert(section["grpc-message"].startsWith("bad: xxx"), String(limit));
    if (limit < 1_000) continue;
    assert(section["grpc-message"].endsWith(
      ` [shortened: the client accepts header lists of ${limit} octets]`,
    ));
  }
});

Deno.test("A status whose details are too large arrives without them, which the server is told", async () => {
  const told: unknown[] = [];
  await using stage = large(told);
  const { sections: [section] } = await ask(stage, "details", 8_192);
  assertEquals(section, {
    ":status": "200",
    "content-type": "application/grpc",
    "grpc-status": "3",
    "grpc-message":
      "bad [shortened: the client accepts header lists of 8192 octets]",
    "x-small": "1",
  });
  assertEquals(told.map(String), [
    'RangeError: Cannot send all trailers of /test.Words/One: the client accepts header lists of 8192 octets, left out "grpc-status-details-bin"',
  ]);
});

Deno.test("A success whose trailers are too large is one, and the server is told", async () => {
  const told: unknown[] = [];
  await using stage = large(told);
  const { sections, octets } = await ask(stage, "trailers", 8_192);
  assertEquals(sections[1], { "grpc-status": "0", "x-small": "1" });
  assertEquals(octets, 6);
  assertEquals(told.map(String), [
    'RangeError: Cannot send all trailers of /test.Words/One: the client accepts header lists of 8192 octets, left out "x-large"',
  ]);
});

for (const what of ["headers", "headers at once", "a stream"]) {
  Deno.test(`A call whose initial metadata is too large ends with a status that says so: ${what}`, async () => {
    await using stage = large();
    const path = what === "a stream" ? "/test.Words/Down" : undefined;
    const { sections, octets } = await ask(stage, what, 8_192, path);
    assertEquals(sections, [{
      ":status": "200",
      "content-type": "application/grpc",
      "grpc-status": String(Status.RESOURCE_EXHAUSTED),
      "grpc-message":
        "Cannot send the initial metadata: its header list has 9206 octets, the client accepts 8192",
    }]);
    assertEquals(octets, 0);
  });
}

Deno.test("An error whose initial metadata is too large arrives without it", async () => {
  await using stage = large();
  const { sections } = await ask(stage, "headers of an error", 8_192);
  assertEquals(sections, [{
    ":status": "200",
    "content-type": "application/grpc",
    "grpc-status": "3",
    "grpc-message": "bad",
  }]);
});

Deno.test("A client that accepts next to nothing gets its status, as the setting is advisory", async () => {
  const errors = await reported(async () => {
    await using stage = large();
    for (const limit of [0, 1, 45, 150]) {
      const refused: [path: string, status: string][] = [
        ["/test.Words/None", "12"],
        [`/${LARGE}`, "12"],
      ];
      for (const [path, status] of refused) {
        const { sections, reset } = await ask(stage, "w", limit, path);
        assertEquals([sections[0]["grpc-status"], reset], [status, undefined]);
      }
      const { sections } = await ask(stage, "message", limit);
      assertEquals(sections[0]["grpc-status"], "3");
      const { sections: fine, octets } = await ask(stage, "w", limit);
      assertEquals([fine[1], octets], [{ "grpc-status": "0" }, 6]);
    }
    await until(() => stage.accepted.length > 0);
  });
  assertEquals(errors, []);
});
