import { assertEquals } from "@std/assert";
import { Status } from "../../mod.ts";
import { encodeData, type FrameWriter } from "../../src/frames/mod.ts";
import { assertStatus } from "../grpc/support/assert_status.ts";
import {
  RESPONSE,
  sayFields,
  sayMessage,
  sayStatus,
} from "../grpc/support/foreign.ts";
import { ForeignServer } from "../grpc/support/foreign_server.ts";

const PAGE = new TextEncoder().encode("<h1>Sorry</h1>");

type Say = (writer: FrameWriter) => void;

/** Says headers, a message and the status OK. */
function fine(
  head: Record<string, string>,
  trailers: Record<string, string> = {},
): Say {
  return (writer) => {
    const fields = Object.fromEntries(RESPONSE.map(([k, v]) => [k, v]));
    sayFields(writer, 1, Object.entries({ ...fields, ...head }));
    sayMessage(writer, 1, "hello");
    sayStatus(writer, 1, 0, trailers);
  };
}

/** Responses that the letter forbids, and peers send: none loses its message. */
const borne: Record<string, Say> = {
  "metadata with white space around it": fine({ "x": " v\t" }, { "y": "\tv " }),
  "metadata in Latin-1": fine({ "x": "caf\xe9" }, { "y": "\x80\xff" }),
  "a content type with parameters": fine({
    "content-type": "Application/GRPC+proto ; charset=utf-8 ",
  }),
  "another HTTP status": fine({ ":status": "503" }),
  "an unknown encoding for messages that are not compressed": fine({
    "grpc-encoding": "br",
  }),
  "an encoding in capitals": fine({ "grpc-encoding": "Identity" }),
  "an empty encoding": fine({ "grpc-encoding": "" }),
  "an error in the headers, and none in the trailers": fine({
    "grpc-status": "13",
  }),
  "an empty message": fine({}, { "grpc-message": "" }),
  "leading zeros in the status": fine({}, { "grpc-status": "00" }),
  "white space around the status": fine({}, { "grpc-status": " 0 " }),
};

for (const [what, say] of Object.entries(borne)) {
  Deno.test(`A response with ${what} is read`, async () => {
    await using server = await ForeignServer.greeted();
    const word = await server.answer(() => server.words.one(""), say);
    assertEquals(word, "hello");
  });
}

/** Responses without a proper end, and the status that they still tell. */
const told: Record<string, [say: Say, status: number, details: string]> = {
  "a message that ends with a space": [
    (writer) => {
      sayFields(writer, 1, RESPONSE);
      sayStatus(writer, 1, 5, { "grpc-message": "no such key: " });
    },
    Status.NOT_FOUND,
    "no such key:",
  ],
  "a message of raw UTF-8": [
    (writer) =>
      sayFields(writer, 1, [
        ...RESPONSE,
        ["grpc-status", "5"],
        ["grpc-message", "Gr\xc3\xb6\xc3\x9fe\t"],
      ], true),
    Status.NOT_FOUND,
    "Größe",
  ],
  "trailers-only that end with DATA": [
    (writer) => {
      const fields = [["grpc-status", "5"], ["grpc-message", "gone"]] as const;
      sayFields(writer, 1, [...RESPONSE, ...fields]);
      encodeData(writer, 1, new Uint8Array(0), true);
    },
    Status.NOT_FOUND,
    "gone",
  ],
  "a status before a text": [
    (writer) => {
      sayFields(writer, 1, [
        [":status", "405"],
        ["content-type", "text/plain"],
        ["grpc-status", "13"],
        ["grpc-message", "POST only"],
      ]);
      encodeData(writer, 1, PAGE, true);
    },
    Status.INTERNAL,
    "POST only",
  ],
  "a status of gRPC before a text": [
    (writer) => {
      const fields = [["grpc-status", "7"], ["grpc-message", "no"]] as const;
      sayFields(writer, 1, [...RESPONSE, ...fields]);
      encodeData(writer, 1, PAGE, true);
    },
    Status.PERMISSION_DENIED,
    "no",
  ],
  "an OK before an end without trailers": [
    (writer) => {
      sayFields(writer, 1, [...RESPONSE, ["grpc-status", "0"]]);
      sayMessage(writer, 1, "hello", true);
    },
    Status.INTERNAL,
    "server closed the stream without sending trailers",
  ],
  "an HTTP status, a content type of gRPC and no grpc-status": [
    (writer) => {
      const type = ["content-type", "application/grpc"] as const;
      sayFields(writer, 1, [[":status", "503"], type]);
      sayFields(writer, 1, [["x", "1"]], true);
    },
    Status.UNAVAILABLE,
    'unexpected HTTP status code received from server: 503; content-type: "application/grpc"',
  ],
  "an HTTP status with grpc-status at once": [
    (writer) =>
      sayFields(writer, 1, [
        [":status", "429"],
        ["grpc-status", "8"],
        ["grpc-message", "slow down"],
      ], true),
    Status.RESOURCE_EXHAUSTED,
    "slow down",
  ],
  "two statuses": [
    (writer) => {
      sayFields(writer, 1, RESPONSE);
      sayFields(writer, 1, [["grpc-status", "0"], ["grpc-status", "14"]], true);
    },
    Status.UNAVAILABLE,
    "",
  ],
};

for (const [what, [say, status, details]] of Object.entries(told)) {
  Deno.test(`A response with ${what} ends with the status that it tells`, async () => {
    await using server = await ForeignServer.greeted();
    const call = () => server.words.one("");
    await assertStatus(() => server.answer(call, say), status, details);
  });
}
