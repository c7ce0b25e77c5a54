import { assert, assertEquals } from "@std/assert";
import {
  encodeData,
  encodePing,
  encodeSettings,
  encodeWindowUpdate,
  ErrorCode,
  FrameType,
  SettingId,
} from "../../src/frames/mod.ts";
import type { EncodableHeaderField } from "../../src/hpack/mod.ts";
import { sayFields } from "../grpc/support/foreign.ts";
import { ForeignClient } from "../grpc/support/foreign_client.ts";
import { Stage } from "../grpc/support/words.ts";
import { goawaysIn } from "../harness/raw_peer.ts";
import { atLeast } from "../harness/time.ts";

const TEXT =
  "This is a gRPC server: it takes POST requests with content-type application/grpc.\n";

/** A request as a browser or a health check makes it. */
function plain(method: string): EncodableHeaderField[] {
  return [
    [":method", method],
    [":scheme", "http"],
    [":path", "/"],
    [":authority", "localhost"],
  ];
}

/** The head of the response to a method. */
function refusal(method: string): Record<string, string> {
  return method === "POST"
    ? {
      ":status": "415",
      "content-type": "application/grpc",
      "grpc-status": "3",
      "grpc-message": 'Received content-type "", expected "application/grpc"',
    }
    : {
      ":status": "405",
      "content-type": method === "HEAD" ? "application/grpc" : "text/plain",
      "grpc-status": "13",
      "grpc-message": `Received :method "${method}", expected "POST"`,
      "allow": "POST",
    };
}

for (const method of ["GET", "DELETE", "get"]) {
  Deno.test(`A request with ${method} that is none of gRPC is answered with a text`, async () => {
    await using stage = new Stage();
    using client = await ForeignClient.greet(stage.port);
    await client.peer.say((writer) =>
      sayFields(writer, 1, plain(method), true)
    );
    assertEquals(await client.fields(), refusal(method));
    const { data, endStream } = await client.peer.until(FrameType.DATA);
    assertEquals([new TextDecoder().decode(data), endStream], [TEXT, true]);
  });
}

for (const method of ["HEAD", "POST"]) {
  Deno.test(`A request with ${method} that is none of gRPC is answered without a text`, async () => {
    await using stage = new Stage();
    using client = await ForeignClient.greet(stage.port);
    const { sections, octets } = await client.exchange(
      1,
      (writer) => sayFields(writer, 1, plain(method), true),
    );
    assertEquals([sections, octets], [[refusal(method)], 0]);
  });
}

Deno.test("Such a request is answered once it has ended, by DATA or by trailers", async () => {
  await using stage = new Stage();
  using client = await ForeignClient.greet(stage.port);
  for (const [id, ends] of [[1, "DATA"], [3, "trailers"]] as const) {
    await client.peer.say((writer) => {
      sayFields(writer, id, plain("POST"), false);
      encodeData(writer, id, new Uint8Array(10_000), false);
      encodePing(writer, false, new Uint8Array(8));
    });
    const before = await client.peer.next();
    assert(before?.type !== FrameType.HEADERS);
    const { sections, reset } = await client.exchange(id, (writer) => {
      if (ends === "DATA") encodeData(writer, id, new Uint8Array(1), true);
      else sayFields(writer, id, [["x", "y"]], true);
    });
    assertEquals(sections, [refusal("POST")]);
    assertEquals(reset, undefined);
  }
});

Deno.test("One that goes on for more than 16 KiB is answered, and stopped without an error", async () => {
  await using stage = new Stage();
  using client = await ForeignClient.greet(stage.port);
  await client.exchange(1, (writer) => {
    sayFields(writer, 1, plain("PUT"), false);
    encodeData(writer, 1, new Uint8Array(16_384), false);
    encodeData(writer, 1, new Uint8Array(1), false);
  });
  const { errorCode } = await client.peer.until(FrameType.RST_STREAM);
  assertEquals(errorCode, ErrorCode.NO_ERROR);
});

Deno.test("What is malformed about it is still found: its length, and its trailers", async () => {
  await using stage = new Stage();
  using client = await ForeignClient.greet(stage.port);
  const wrong: EncodableHeaderField[] = [
    ...plain("POST"),
    ["content-length", "1"],
  ];
  const { reset } = await client.exchange(1, (writer) => {
    sayFields(writer, 1, wrong, false);
    encodeData(writer, 1, new Uint8Array(4), true);
  });
  assertEquals(reset, ErrorCode.PROTOCOL_ERROR);
  const second = await client.exchange(3, (writer) => {
    sayFields(writer, 3, plain("POST"), false);
    sayFields(writer, 3, [[":path", "/"]], true);
  });
  assertEquals(second.reset, ErrorCode.PROTOCOL_ERROR);
});

Deno.test("The text waits for the window of its stream, and counts against the limit", async () => {
  await using stage = new Stage({}, { server: { maxConcurrentStreams: 1 } });
  using client = await ForeignClient.greet(stage.port);
  await client.peer.say((writer) => {
    encodeSettings(writer, [[SettingId.INITIAL_WINDOW_SIZE, 0]]);
    sayFields(writer, 1, plain("GET"), true);
    sayFields(writer, 3, plain("GET"), true);
  });
  const { streamId, errorCode } = await client.peer.until(FrameType.RST_STREAM);
  assertEquals([streamId, errorCode], [3, ErrorCode.REFUSED_STREAM]);
  for (const [credit, octets] of [[1, 1], [1_000, TEXT.length - 1]]) {
    await client.peer.say((writer) => encodeWindowUpdate(writer, 1, credit));
    const { data } = await client.peer.until(FrameType.DATA);
    assertEquals(data.length, octets);
  }
});

Deno.test("43 EN-no-reset: such an answer does not clear strikes", async () => {
  await using stage = new Stage();
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
    (writer) => sayFields(writer, 1, plain("GET"), true),
  );
  await ping();
  const [goaway] = goawaysIn(await peer.rest());
  assertEquals(goaway.debug, "too_many_pings");
});

Deno.test("53 ID-rejected-do-not-count: a client with nothing but such requests is idle", async () => {
  await using stage = new Stage({}, {
    server: { keepalive: { maxConnectionIdle: 150 } },
  });
  using client = await ForeignClient.greet(stage.port);
  for (let id = 1; stage.accepted[0]?.state.kind !== "draining"; id += 2) {
    assert(id < 100, "Refused requests keep the connection");
    await client.exchange(
      id,
      (writer) => sayFields(writer, id, plain("GET"), true),
    );
    await atLeast(20);
  }
  const { debugData } = await client.peer.until(FrameType.GOAWAY);
  assertEquals(new TextDecoder().decode(debugData), "max_idle");
});
