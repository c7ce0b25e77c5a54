import { assertEquals, assertLess, assertMatch } from "@std/assert";
import { type CallOptions, Status } from "../../mod.ts";
import {
  encodeData,
  encodeRstStream,
  encodeSettings,
  ErrorCode,
  FrameType,
  SettingId,
} from "../../src/frames/mod.ts";
import { assertStatus, drain } from "../grpc/support/assert_status.ts";
import {
  RESPONSE,
  sayFields,
  sayMessage,
  sayStatus,
} from "../grpc/support/foreign.ts";
import { ForeignServer } from "../grpc/support/foreign_server.ts";
import { atLeast } from "../harness/time.ts";

Deno.test("A response is read as the protocol says", async () => {
  await using server = await ForeignServer.greeted();
  const noted: unknown[] = [];
  const options: CallOptions = {
    onHeaders: (metadata) => noted.push([...metadata]),
    onTrailers: (metadata) => noted.push([...metadata]),
  };
  const word = await server.answer(
    () => server.words.one("w", options),
    (writer) => {
      sayFields(writer, 1, [[":status", "103"], ["link", "early"]]);
      sayFields(writer, 1, [...RESPONSE, ["x-initial", "1"]]);
      sayMessage(writer, 1, "hello");
      sayStatus(writer, 1, 0, { "x-trailing-bin": "AQI=" });
    },
  );
  assertEquals(word, "hello");
  assertEquals(noted, [
    [["x-initial", "1"]],
    [["x-trailing-bin", Uint8Array.of(1, 2)]],
  ]);
});

Deno.test("An HTTP status without grpc-status becomes a status", async () => {
  await using server = await ForeignServer.greeted();
  const expected: [http: string, status: number][] = [
    ["400", Status.INTERNAL],
    ["401", Status.UNAUTHENTICATED],
    ["403", Status.PERMISSION_DENIED],
    ["404", Status.UNIMPLEMENTED],
    ["429", Status.UNAVAILABLE],
    ["502", Status.UNAVAILABLE],
    ["504", Status.UNAVAILABLE],
    ["500", Status.UNKNOWN],
    ["301", Status.UNKNOWN],
  ];
  for (const [index, [http, status]] of expected.entries()) {
    await assertStatus(
      () =>
        server.answer(
          () => server.words.one(""),
          (writer) =>
            sayFields(writer, 2 * index + 1, [[":status", http]], true),
        ),
      status,
      `unexpected HTTP status code received from server: ${http}; content-type: ""`,
    );
  }
});

Deno.test("The page of a proxy is not read, and its stream is cancelled", async () => {
  await using server = await ForeignServer.greeted();
  await assertStatus(
    () =>
      server.answer(() => server.words.one(""), (writer) => {
        sayFields(writer, 1, [
          [":status", "503"],
          ["content-type", "text/html"],
        ]);
        encodeData(
          writer,
          1,
          new TextEncoder().encode("<h1>Sorry</h1>"),
          false,
        );
      }),
    Status.UNAVAILABLE,
    'unexpected HTTP status code received from server: 503; content-type: "text/html"',
  );
  assertEquals(await server.nextReset(), [1, ErrorCode.CANCEL]);
});

Deno.test("A page with HTTP status 200 is UNKNOWN", async () => {
  await using server = await ForeignServer.greeted();
  const run = () =>
    server.answer(
      () => server.words.one(""),
      (writer) =>
        sayFields(writer, 1, [[":status", "200"], [
          "content-type",
          "text/html",
        ]]),
    );
  await assertStatus(run, Status.UNKNOWN, /content-type: "text\/html"$/);
});

Deno.test("RST_STREAM becomes a status by its code", async () => {
  await using server = await ForeignServer.greeted();
  const expected: [code: number, status: number][] = [
    [ErrorCode.NO_ERROR, Status.INTERNAL],
    [ErrorCode.PROTOCOL_ERROR, Status.INTERNAL],
    [ErrorCode.INTERNAL_ERROR, Status.INTERNAL],
    [ErrorCode.CANCEL, Status.CANCELLED],
    [ErrorCode.ENHANCE_YOUR_CALM, Status.RESOURCE_EXHAUSTED],
    [ErrorCode.INADEQUATE_SECURITY, Status.PERMISSION_DENIED],
    [99, Status.UNKNOWN],
  ];
  for (const [index, [code, status]] of expected.entries()) {
    const call = () =>
      server.answer(
        () => server.words.one(""),
        (writer) => encodeRstStream(writer, 2 * index + 1, code),
      );
    const text = `stream terminated by RST_STREAM with error code: ${code}`;
    await assertStatus(call, status, text);
  }
});

Deno.test("An error may come without headers, with its details", async () => {
  await using server = await ForeignServer.greeted();
  const error = await assertStatus(
    () =>
      server.answer(
        () => server.words.one(""),
        (writer) =>
          sayFields(writer, 1, [
            ...RESPONSE,
            ["grpc-status", "9"],
            ["grpc-message", "caf%C3%A9 100%"],
            ["grpc-status-details-bin", "CAk"],
          ], true),
      ),
    Status.FAILED_PRECONDITION,
    "café 100%",
  );
  const details = error.metadata.get("grpc-status-details-bin");
  assertEquals(details, Uint8Array.of(8, 9));
});

Deno.test("A stream may end without headers and without responses", async () => {
  await using server = await ForeignServer.greeted();
  const noted: unknown[] = [];
  const count = await server.answer(
    () =>
      drain(server.words.down("", {
        onHeaders: (metadata) => noted.push([...metadata]),
        onTrailers: (metadata) => noted.push([...metadata]),
      })),
    (writer) =>
      sayFields(
        writer,
        1,
        [...RESPONSE, ["grpc-status", "0"], ["x", "1"]],
        true,
      ),
  );
  assertEquals([count, noted], [0, [[], [["x", "1"]]]]);
});

Deno.test("Metadata that the server does not accept fails its call only", async () => {
  await using server = await ForeignServer.greeted();
  await server.peer.say((writer) =>
    encodeSettings(writer, [[SettingId.MAX_HEADER_LIST_SIZE, 1_000]])
  );
  await server.peer.until(FrameType.SETTINGS);
  const metadata = { "x-large": "x".repeat(1_000) };
  await assertStatus(
    () => server.words.one("", { metadata }),
    Status.RESOURCE_EXHAUSTED,
    /^Cannot send a header list of \d+ octets: the peer accepts 1000, and "x-large" alone has 1039$/,
  );
  const word = await server.answer(() => server.words.one(""), (writer) => {
    sayFields(writer, 1, RESPONSE);
    sayMessage(writer, 1, "w");
    sayStatus(writer, 1, 0);
  });
  assertEquals(word, "w");
});

Deno.test("The request says what the protocol asks for, and the deadline that is left", async () => {
  await using server = await ForeignServer.greeted();
  const running = server.words.one("w", {
    deadline: 10_000,
    compression: "gzip",
    metadata: { "x-octets-bin": Uint8Array.of(255) },
  });
  running.catch(() => {});
  const { "grpc-timeout": timeout, ...fields } = await server.end.fields();
  assertEquals(/^(9\d{3}|10000)m$/.test(timeout), true, timeout);
  const { ":authority": _authority, "user-agent": agent, ...rest } = fields;
  assertEquals(/^grpc-deno-keepalive\/\d/.test(agent), true, agent);
  assertEquals(rest, {
    ":method": "POST",
    ":scheme": "http",
    ":path": "/test.Words/One",
    "te": "trailers",
    "content-type": "application/grpc",
    "grpc-accept-encoding": "identity,gzip",
    "grpc-encoding": "gzip",
    "x-octets-bin": "/w",
  });
});

Deno.test("A call that waited tells the server what is left of its deadline", async () => {
  await using server = new ForeignServer();
  const running = server.words.one("w", { deadline: 60_000 });
  running.catch(() => {});
  await atLeast(120);
  await server.welcome();
  const { "grpc-timeout": timeout } = await server.end.fields();
  assertLess(parseInt(timeout), 59_900);
  assertMatch(timeout, /^\d+m$/);
});
