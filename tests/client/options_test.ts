import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  type CallOptions,
  Channel,
  type ChannelOptions,
  createClient,
  type MessageEncoding,
  Metadata,
  pollingResolver,
} from "../../mod.ts";
import { systemClock } from "../../src/runtime/mod.ts";
import { dial } from "../../src/transport/mod.ts";
import { RawServer } from "../harness/raw_peer.ts";
import { ForeignEnd } from "../grpc/support/foreign.ts";
import { Stage, Words } from "../grpc/support/words.ts";

Deno.test("A channel refuses at once what it could not connect with", () => {
  const refused = (options: unknown, message: string, target = "h:1") => {
    const make = () => new Channel(target, options as ChannelOptions);
    assertThrows(make, Error, message);
  };
  refused(
    { keepalve: {} },
    'unknown key "keepalve", did you mean "keepalive"?',
  );
  refused({ interceptor: [] }, 'did you mean "interceptors"?');
  refused({ signal: AbortSignal.abort() }, 'unknown key "signal"');
  refused({ keepalive: { tine: 1 } }, 'did you mean "time"?');
  refused({ keepalive: { time: -1 } }, "Cannot use keepalive.time");
  refused({ handshakeTimeout: 0 }, "Cannot use handshakeTimeout");
  refused({ tls: { cert: "x" } }, "Cannot use");
  refused({ tls: { cert: "x", key: "x" } }, "Cannot use tls.cert");
  refused({ tls: { caCerts: "x" } }, "Cannot use tls.caCerts");
  refused({ tls: { caCerts: ["x"] } }, "Cannot use tls.caCerts[0]");
  refused({ tls: { systemCaCerts: false } }, "needs caCerts");
  refused({ tls: { serverName: "a b" } }, "Cannot use tls.serverName");
  refused({ interceptors: [null] }, "interceptors[0]: expected a function");
  refused({ authority: null }, "authority: expected printable ASCII");
  refused({ onEvent: "log" }, 'onEvent: expected a function, received "log"');
  refused({ random: () => 1 }, "Cannot use random: expected a random number");
  refused({ random: () => NaN }, "from 0 to 1, received NaN");
  const clock = { ...systemClock, now: () => NaN };
  refused({ clock }, "clock: expected now() to answer with milliseconds");
  refused([], "the channel options: expected an object, received an array");
  refused({}, "Cannot", "no port");
  refused({}, "Cannot", "");
});

Deno.test("A call refuses what it cannot use, before anything is sent", async () => {
  await using stage = new Stage();
  const refused = async (options: unknown, message: string) => {
    const { one, down } = stage.words;
    const call = () => one("", options as CallOptions);
    await assertRejects(call, Error, message);
    const stream = () => down("", options as CallOptions);
    assertThrows(stream, Error, message);
  };
  await refused({ dedline: 1 }, 'did you mean "deadline"?');
  await refused(
    new Metadata({ a: "1" }),
    "Cannot use the call options: expected an object, received a Metadata: pass it as { metadata }",
  );
  await refused(
    { getMap: () => ({}), internalRepr: new Map() },
    "received the metadata of another library: pass its entries as { metadata: metadata.getMap() }",
  );
  await refused(
    () => {},
    "received a function: there are no callbacks, await the call or iterate over its responses",
  );
  await refused({ metadata: { "a b": "1" } }, 'metadata key "a b"');
  const shape =
    "Cannot use metadata: expected a Metadata, an object, or an iterable of [key, value], received";
  await refused({ metadata: null }, `${shape} null`);
  await refused({ metadata: "a: b" }, `${shape} "a: b"`);
  await refused({ metadata: 5 }, `${shape} 5`);
  await refused({ metadata: ["ab"] }, 'to be [key, value], received "ab"');
  await refused({ metadata: [["a"]] }, "received an array of 1");
  await refused({ metadata: [[1, "a"]] }, "a key that is a string, received 1");
  await refused({ metadata: { a: 5 } }, "ends with -bin, received 5");
  await refused({ metadata: { a: null } }, "ends with -bin, received null");
  await refused({ metadata: { a: "\n" } }, "received other characters");
  await refused({ metadata: { "a-bin": "b" } }, "received a string");
  await refused({ onHeaders: 1 }, "onHeaders: expected a function, received 1");
  await refused(
    { compression: "br" as MessageEncoding },
    'Cannot use compression: expected "identity" or "gzip", received "br"',
  );
  assertEquals(stage.clients.length, 0);
});

Deno.test("A path without white space and control characters is what a method needs", async () => {
  await using stage = new Stage();
  const paths = [
    undefined,
    "",
    "a.B/C",
    "/a.B/C ",
    "/a b/C",
    "/a.B/C\r\ngrpc-timeout: 1n",
    "/a.B/\0",
    "/a.B/C\t",
  ];
  for (const path of paths) {
    const method = { ...Words.one, path } as typeof Words.one;
    await assertRejects(
      async () => await stage.channel.unary(method, "w"),
      TypeError,
      `Cannot call a method: expected a definition with a path such as "/echo.Echo/Unary", received ${
        JSON.stringify(path)
      }`,
    );
  }
  assertEquals(stage.clients, []);
});

Deno.test("Requests that cannot be iterated are refused", async () => {
  await using stage = new Stage();
  for (
    const [requests, shown] of [
      [undefined, "undefined"],
      [null, "null"],
      [{}, "object"],
      ["text", "string"],
      [5, "number"],
    ] as [never, string][]
  ) {
    const message =
      `expected an iterable or async iterable of requests, received ${shown}`;
    await assertRejects(() => stage.words.up(requests), TypeError, message);
    assertThrows(() => stage.words.both(requests), TypeError, message);
  }
  assertEquals(stage.clients.length, 0);
});

Deno.test("The authority is the target, unless it is given", async () => {
  for (const authority of [undefined, "words.test"]) {
    using server = new RawServer();
    const options = authority === undefined ? {} : { authority };
    const channel = new Channel(server.target, options);
    const call = channel.unary(Words.one, "").catch(() => {});
    using peer = await server.welcome();
    const fields = await new ForeignEnd(peer).fields();
    assertEquals(fields[":authority"], authority ?? server.target);
    await channel.close();
    await call;
  }
});

Deno.test("A target that is neither text nor an array of it is refused", async () => {
  const targets: [target: unknown, shown: string][] = [
    [undefined, "undefined"],
    [null, "null"],
    [50_051, "50051"],
    [{}, "an object"],
    [[5], "number"],
  ];
  for (const [target, shown] of targets) {
    assertThrows(
      () => new Channel(target as string),
      TypeError,
      `received ${shown}`,
    );
  }
  await assertRejects(
    () => dial(["127.0.0.1:1"] as unknown as string),
    TypeError,
    'Cannot use target: expected a string such as "host:port", received an array',
  );
});

Deno.test("A client without a channel, or of no definition, is refused", () => {
  const refused = (definition: unknown, channel: unknown, message: string) =>
    assertThrows(
      () => createClient(definition as typeof Words, channel as Channel),
      TypeError,
      message,
    );
  const channel = new Channel("localhost:1");
  const second =
    "Cannot make a client: expected a Channel as the second argument, received";
  refused(Words, undefined, `${second} undefined`);
  refused(Words, null, `${second} null`);
  refused(Words, "localhost:1", `${second} "localhost:1"`);
  refused(Words, {}, `${second} an object`);
  refused(undefined, channel, "a service definition as code generators");
  refused({ one: {} }, channel, "a path such as");
  refused({ one: { ...Words.one, path: "test.Words/One" } }, channel, "a path");
  refused(
    { one: { ...Words.one, responseDeserialize: undefined } },
    channel,
    "the function responseDeserialize, received undefined",
  );
});

Deno.test("A lookup that is no function is refused", () => {
  assertThrows(
    () => pollingResolver(["127.0.0.1:1"] as never),
    TypeError,
    "Cannot use lookup: expected a function that resolves to addresses, received an array",
  );
});
