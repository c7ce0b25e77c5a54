import { assertEquals } from "@std/assert";
import { encodeData, ErrorCode, FrameType } from "../../src/frames/mod.ts";
import { type GrpcError, Status } from "../../mod.ts";
import { octets } from "../harness/octets.ts";
import {
  request,
  sayFields,
  sayMessage,
  sayStatus,
} from "../grpc/support/foreign.ts";
import { ForeignClient } from "../grpc/support/foreign_client.ts";
import {
  aborted,
  activeStreams,
  echo,
  Stage,
  until,
} from "../grpc/support/words.ts";

const ONE = "/test.Words/One";
const UP = "/test.Words/Up";

Deno.test("A response is what the protocol asks for", async () => {
  const enforcement = { advertise: false };
  await using stage = new Stage(echo, { server: { enforcement } });
  using client = await ForeignClient.greet(stage.port);
  const { sections, octets } = await client.exchange(1, (writer) => {
    sayFields(writer, 1, request(ONE));
    sayMessage(writer, 1, "hello", true);
  });
  assertEquals(sections, [
    {
      ":status": "200",
      "content-type": "application/grpc",
      "grpc-accept-encoding": "identity,gzip",
    },
    { "grpc-status": "0" },
  ]);
  assertEquals(octets, 10);
});

Deno.test("Responses are compressed only for a client that accepts it", async () => {
  await using stage = new Stage(echo, { server: { compression: "gzip" } });
  using client = await ForeignClient.greet(stage.port);
  const accepts = [
    undefined,
    "identity",
    "deflate, gzip",
    "gzip",
    " GZIP\t,identity",
  ];
  for (const [index, accept] of accepts.entries()) {
    const id = 2 * index + 1;
    const { sections } = await client.exchange(id, (writer) => {
      const more = accept === undefined
        ? undefined
        : { "grpc-accept-encoding": accept };
      sayFields(writer, id, request(ONE, more));
      sayMessage(writer, id, "hello", true);
    });
    const expected = index < 2 ? undefined : "gzip";
    assertEquals(sections[0]["grpc-encoding"], expected);
  }
});

/** Requests that are none of gRPC, and the response to them. */
const refusals: Record<
  string,
  [fields: Record<string, string>, response: Record<string, string>]
> = {
  "another HTTP method": [
    { ":method": "GET" },
    {
      ":status": "405",
      "content-type": "application/grpc",
      "grpc-status": "13",
      "grpc-message": 'Received :method "GET", expected "POST"',
      "allow": "POST",
    },
  ],
  "another content type": [
    { "content-type": "application/json" },
    {
      ":status": "415",
      "content-type": "application/grpc",
      "grpc-status": "3",
      "grpc-message":
        'Received content-type "application/json", expected "application/grpc"',
    },
  ],
  "a timeout of 0": [
    { "grpc-timeout": "0n" },
    {
      ":status": "200",
      "content-type": "application/grpc",
      "grpc-status": "4",
      "grpc-message": "the deadline had passed when the call arrived",
    },
  ],
  "a malformed timeout": [
    { "grpc-timeout": "5 minutes" },
    {
      ":status": "200",
      "content-type": "application/grpc",
      "grpc-status": "13",
      "grpc-message": 'malformed grpc-timeout "5 minutes"',
    },
  ],
  "an unknown encoding": [
    { "grpc-encoding": "br" },
    {
      ":status": "200",
      "content-type": "application/grpc",
      "grpc-status": "12",
      "grpc-message": 'grpc-encoding "br" is not supported',
      "grpc-accept-encoding": "identity,gzip",
    },
  ],
  "an unknown method": [
    { ":path": "/test.Words/größe%" },
    {
      ":status": "200",
      "content-type": "application/grpc",
      "grpc-status": "12",
      "grpc-message": "unknown method /test.Words/gr%C3%B6%C3%9Fe%25",
    },
  ],
};

for (const [what, [fields, response]] of Object.entries(refusals)) {
  Deno.test(`A request with ${what} is refused, and no handler runs`, async () => {
    let runs = 0;
    await using stage = new Stage({ one: () => String(++runs) });
    using client = await ForeignClient.greet(stage.port);
    for (const endsNow of [true, false]) {
      const id = endsNow ? 1 : 3;
      const { sections, reset } = await client.exchange(
        id,
        (writer) => sayFields(writer, id, request(ONE, fields), endsNow),
      );
      assertEquals(sections, [response]);
      assertEquals(reset, undefined);
      if (endsNow) continue;
      const { errorCode } = await client.peer.until(FrameType.RST_STREAM);
      assertEquals(errorCode, ErrorCode.NO_ERROR);
      await client.peer.say((writer) => sayMessage(writer, id, "late", true));
    }
    await until(() => activeStreams(stage.accepted[0]) === 0);
    assertEquals(runs, 0);
  });
}

Deno.test("A request without content type is refused", async () => {
  await using stage = new Stage();
  using client = await ForeignClient.greet(stage.port);
  const { sections } = await client.exchange(1, (writer) => {
    const fields = request(ONE).filter(([name]) => name !== "content-type");
    sayFields(writer, 1, fields, true);
  });
  assertEquals(sections, [{
    ":status": "415",
    "content-type": "application/grpc",
    "grpc-status": "3",
    "grpc-message": 'Received content-type "", expected "application/grpc"',
  }]);
});

Deno.test("A request without messages is INTERNAL for a unary method", async () => {
  await using stage = new Stage();
  using client = await ForeignClient.greet(stage.port);
  const { sections } = await client.exchange(
    1,
    (writer) => sayFields(writer, 1, request(ONE), true),
  );
  assertEquals(sections[0]["grpc-status"], "13");
  assertEquals(
    sections[0]["grpc-message"],
    `Received no request for ${ONE}, expected one`,
  );
});

/** Requests that are broken on the way, and the status of them. */
const broken: Record<string, [data: string, status: number, message: string]> =
  {
    "half a message at the end": [
      "00 00000002 aa",
      Status.INTERNAL,
      "Received half a message at the end",
    ],
    "half a prefix at the end": [
      "00 0000",
      Status.INTERNAL,
      "Received half a message at the end",
    ],
    "a compressed flag of 2": [
      "02 00000000",
      Status.INTERNAL,
      "Received a message with the compressed flag 2, expected 0 or 1",
    ],
    "a compressed message without an encoding": [
      "01 00000001 aa",
      Status.INTERNAL,
      "Received a compressed message, but grpc-encoding is identity",
    ],
  };

for (const [what, [data, status, message]] of Object.entries(broken)) {
  Deno.test(`A request with ${what} is refused`, async () => {
    await using stage = new Stage();
    using client = await ForeignClient.greet(stage.port);
    for (const [index, path] of [ONE, UP].entries()) {
      const id = 2 * index + 1;
      const { sections } = await client.exchange(id, (writer) => {
        sayFields(writer, id, request(path));
        encodeData(writer, id, octets(data), true);
      });
      assertEquals(sections.at(-1)!["grpc-status"], String(status));
      assertEquals(sections.at(-1)!["grpc-message"], message);
    }
    await until(() => activeStreams(stage.accepted[0]) === 0);
  });
}

Deno.test("A request that is too long is refused before it has arrived", async () => {
  await using stage = new Stage();
  using client = await ForeignClient.greet(stage.port);
  const { sections } = await client.exchange(1, (writer) => {
    sayFields(writer, 1, request(ONE));
    encodeData(writer, 1, octets("00 00400001"), false);
  });
  assertEquals(sections[0]["grpc-status"], String(Status.RESOURCE_EXHAUSTED));
  assertEquals(
    sections[0]["grpc-message"],
    "Received message larger than max (4194305 vs. 4194304): the request is above the server's maxReceiveMessageLength",
  );
  const { errorCode } = await client.peer.until(FrameType.RST_STREAM);
  assertEquals(errorCode, ErrorCode.NO_ERROR);
});

Deno.test("A second field section resets the stream, and its handler is told", async () => {
  const reasons: unknown[] = [];
  await using stage = new Stage({
    up: async (_words, { signal }) =>
      String(reasons.push(await aborted(signal))),
  });
  using client = await ForeignClient.greet(stage.port);
  const { sections, reset } = await client.exchange(1, (writer) => {
    sayFields(writer, 1, request(UP));
    sayMessage(writer, 1, "w");
    sayStatus(writer, 1, 0);
  });
  assertEquals([sections, reset], [[], ErrorCode.PROTOCOL_ERROR]);
  await until(() => reasons.length === 1);
  assertEquals(
    (reasons[0] as GrpcError).message,
    "INTERNAL: Received a second field section",
  );
  assertEquals(activeStreams(stage.accepted[0]), 0);
});
