import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  encodeContinuation,
  encodeGoaway,
  encodeHeaders,
  ErrorCode,
} from "../../src/frames/mod.ts";
import { Status } from "../../mod.ts";
import type { TransportEvent } from "../../src/transport/mod.ts";
import {
  type EncodableHeaderField,
  HpackEncoder,
} from "../../src/hpack/mod.ts";
import { assertStatus } from "../grpc/support/assert_status.ts";
import { RESPONSE, sayFields } from "../grpc/support/foreign.ts";
import { ForeignServer } from "../grpc/support/foreign_server.ts";
import { until } from "../grpc/support/words.ts";

/** A server, and what the client's listener hears. */
async function listened(): Promise<
  { server: ForeignServer; events: TransportEvent[] }
> {
  const events: TransportEvent[] = [];
  const server = new ForeignServer({ onEvent: (event) => events.push(event) });
  await server.welcome();
  return { server, events };
}

const malformed: Record<string, EncodableHeaderField> = {
  "X-Upper": ["X-Upper", "1"],
  "connection": ["connection", "close"],
  "transfer-encoding": ["transfer-encoding", "chunked"],
  "x-nul": ["x-nul", "a\0b"],
  "x-crlf": ["x-crlf", "a\r\nset-cookie: b"],
  "te": ["te", "gzip"],
};

for (const [name, field] of Object.entries(malformed)) {
  Deno.test(`A response with the field ${JSON.stringify(field)} is refused, and the call says so`, async () => {
    const { server, events } = await listened();
    await using _server = server;
    const reason =
      `Received a malformed field section on stream 1: the field "${name}" is not allowed in HTTP/2 (PROTOCOL_ERROR)`;
    await assertStatus(
      () =>
        server.answer(
          () => server.words.one(""),
          (writer) => sayFields(writer, 1, [...RESPONSE, field]),
        ),
      Status.INTERNAL,
      `refused by this end: ${reason}`,
    );
    assertEquals(await server.nextReset(), [1, ErrorCode.PROTOCOL_ERROR]);
    const [refusal] = events.filter(({ type }) => type === "stream-error");
    const { at, ...rest } = refusal;
    assert(at > 0);
    assertEquals(rest, {
      type: "stream-error",
      streamId: 1,
      code: ErrorCode.PROTOCOL_ERROR,
      reason,
    });
  });
}

Deno.test("Response headers that are too large fail their call, which says how large", async () => {
  const { server, events } = await listened();
  await using _server = server;
  const field: EncodableHeaderField = ["x-large", "v".repeat(3_000)];
  const block = new HpackEncoder().encode(Array(25).fill(field));
  await assertStatus(
    () =>
      server.answer(
        () => server.words.one(""),
        (writer) => {
          encodeHeaders(writer, 1, block.subarray(0, 16_000), true, false);
          encodeContinuation(writer, 1, block.subarray(16_000), true);
        },
      ),
    Status.RESOURCE_EXHAUSTED,
    /^refused by this end: .* of 75975 octets.* 65536/,
  );
  assertEquals(events.filter(({ type }) => type === "stream-error").length, 1);
});

Deno.test("A GOAWAY without debug data is told by its code and last stream", async () => {
  const seen: string[] = [];
  await using server = await ForeignServer.greeted();
  const following = (async () => {
    for await (const { reason } of server.channel.changes()) {
      seen.push(reason);
      if (reason.includes("retires")) return;
    }
  })();
  const answer = server.words.one("");
  answer.catch(() => {});
  await server.end.fields();
  await server.peer.say((writer) =>
    encodeGoaway(writer, 1, ErrorCode.ENHANCE_YOUR_CALM, new Uint8Array(0))
  );
  await following;
  assertMatch(
    seen.at(-1)!,
    /^the server retires the connection: ENHANCE_YOUR_CALM, last stream 1$/,
  );
  await until(() => server.channel.state !== "READY");
});
