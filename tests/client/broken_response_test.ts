import { assertEquals } from "@std/assert";
import {
  encodeData,
  ErrorCode,
  type FrameWriter,
} from "../../src/frames/mod.ts";
import { Status } from "../../mod.ts";
import { octets } from "../harness/octets.ts";
import { assertStatus, drain } from "../grpc/support/assert_status.ts";
import {
  RESPONSE,
  sayFields,
  sayMessage,
  sayStatus,
} from "../grpc/support/foreign.ts";
import { ForeignServer } from "../grpc/support/foreign_server.ts";

/** Answers that are not as they must be, and what becomes of them. */
const broken: Record<
  string,
  [say: (writer: FrameWriter) => void, status: number, details: string]
> = {
  "trailers without a status": [
    (writer) => {
      sayFields(writer, 1, RESPONSE);
      sayFields(writer, 1, [["x", "1"]], true);
    },
    Status.UNKNOWN,
    "the server ended the call without grpc-status",
  ],
  "an end without trailers": [
    (writer) => {
      sayFields(writer, 1, RESPONSE);
      sayMessage(writer, 1, "w", true);
    },
    Status.INTERNAL,
    "server closed the stream without sending trailers",
  ],
  "a message before the headers": [
    (writer) => sayMessage(writer, 1, "w"),
    Status.INTERNAL,
    "refused by this end: Received a malformed response on stream 1: its content comes before its head (PROTOCOL_ERROR)",
  ],
  "headers a second time": [
    (writer) => {
      sayFields(writer, 1, RESPONSE);
      sayFields(writer, 1, [["grpc-status", "0"]]);
    },
    Status.INTERNAL,
    "refused by this end: Received a malformed trailer section on stream 1: it does not end the stream (PROTOCOL_ERROR)",
  ],
  "an encoding that the client has not": [
    (writer) => {
      sayFields(writer, 1, [...RESPONSE, ["grpc-encoding", "br"]]);
      encodeData(writer, 1, octets("01 00000001 aa"), false);
    },
    Status.INTERNAL,
    "Received a message in an encoding other than identity and gzip",
  ],
  "a compressed message without an encoding": [
    (writer) => {
      sayFields(writer, 1, RESPONSE);
      encodeData(writer, 1, octets("01 00000001 aa"), false);
    },
    Status.INTERNAL,
    "Received a compressed message, but grpc-encoding is identity",
  ],
  "a compressed message that is none": [
    (writer) => {
      sayFields(writer, 1, [...RESPONSE, ["grpc-encoding", "gzip"]]);
      encodeData(writer, 1, octets("01 00000001 aa"), false);
    },
    Status.INTERNAL,
    "Received a message that cannot be decompressed with gzip",
  ],
  "octets under a -bin key that are no Base64": [
    (writer) => sayFields(writer, 1, [...RESPONSE, ["x-bin", "!"]]),
    Status.INTERNAL,
    'Received malformed metadata "x-bin": expected Base64, at most 100 values in a field',
  ],
  "a compressed flag of 2": [
    (writer) => {
      sayFields(writer, 1, RESPONSE);
      encodeData(writer, 1, octets("02 00000001 aa"), false);
    },
    Status.INTERNAL,
    "Received a message with the compressed flag 2, expected 0 or 1",
  ],
  "the prefix of a message that is too long": [
    (writer) => {
      sayFields(writer, 1, RESPONSE);
      encodeData(writer, 1, octets("00 7fffffff"), false);
    },
    Status.RESOURCE_EXHAUSTED,
    "Received message larger than max (2147483647 vs. 4194304): the response is above maxReceiveMessageLength of the call",
  ],
};

for (const [what, [say, status, details]] of Object.entries(broken)) {
  Deno.test(`Of ${what}, a call dies, and its connection does not`, async () => {
    await using server = await ForeignServer.greeted();
    const call = () => drain(server.words.down(""));
    await assertStatus(() => server.answer(call, say), status, details);
    const word = await server.answer(() => server.words.one(""), (writer) => {
      sayFields(writer, 3, RESPONSE);
      sayMessage(writer, 3, "alive");
      sayStatus(writer, 3, 0);
    });
    assertEquals(word, "alive");
  });
}

Deno.test("Half a message before the status is INTERNAL, and the requests end", async () => {
  await using server = await ForeignServer.greeted();
  const never = Promise.withResolvers<string>();
  const requests = async function* () {
    yield await never.promise;
  };
  await assertStatus(
    () =>
      server.answer(() => drain(server.words.both(requests())), (writer) => {
        sayFields(writer, 1, RESPONSE);
        encodeData(writer, 1, octets("00 00000002 aa"), false);
        sayStatus(writer, 1, 0);
      }),
    Status.INTERNAL,
    "Received half a message at the end",
  );
  assertEquals(await server.nextReset(), [1, ErrorCode.CANCEL]);
  never.resolve("");
});

Deno.test("Half a message before an error does not hide the error", async () => {
  await using server = await ForeignServer.greeted();
  await assertStatus(
    () =>
      server.answer(() => drain(server.words.down("")), (writer) => {
        sayFields(writer, 1, RESPONSE);
        encodeData(writer, 1, octets("00 00000002 aa"), false);
        sayStatus(writer, 1, 14, { "grpc-message": "gone" });
      }),
    Status.UNAVAILABLE,
    "gone",
  );
});

Deno.test("A status that comes before the requests have ended ends them", async () => {
  await using server = await ForeignServer.greeted();
  let released = false;
  const wait = Promise.withResolvers<string>();
  const requests: AsyncIterable<string> = {
    [Symbol.asyncIterator]: () => ({
      next: async () => ({ done: false, value: await wait.promise }),
      return: () => {
        released = true;
        wait.resolve("");
        return Promise.resolve({ done: true, value: undefined });
      },
    }),
  };
  const count = await server.answer(
    () => drain(server.words.both(requests)),
    (writer) => {
      sayFields(writer, 1, RESPONSE);
      sayStatus(writer, 1, 0);
    },
  );
  assertEquals([count, released], [0, true]);
  assertEquals(await server.nextReset(), [1, ErrorCode.NO_ERROR]);
});
