import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { GrpcError, Metadata, Status } from "../../src/grpc/mod.ts";
import { decodeRpcStatus, encodeRpcStatus } from "../../src/grpc/rpc_status.ts";
import { withSeed } from "../harness/seed.ts";

const KEY = "grpc-status-details-bin";
const INFO = "type.googleapis.com/google.rpc.ErrorInfo";
const encode = (text: string) => new TextEncoder().encode(text);
const decode = (octets: Uint8Array) => new TextDecoder().decode(octets);

/** Of a type whose messages are their text. */
const detail = (text: string, typeUrl = INFO) => ({
  typeUrl,
  value: encode(text),
});

Deno.test("the details of an error travel as google.rpc.Status in a trailer", () => {
  const metadata = new Metadata({ "x-why": "because" });
  const error = new GrpcError(Status.NOT_FOUND, "gone", {
    metadata,
    details: [detail("a")],
  });
  // Encoded by hand: code 5, message "gone", one Any.
  const any = [0x0a, INFO.length, ...encode(INFO), 0x12, 1, 0x61];
  assertEquals(
    error.metadata.get(KEY),
    Uint8Array.from([
      ...[0x08, 5],
      ...[0x12, 4, ...encode("gone")],
      ...[0x1a, any.length, ...any],
    ]),
  );
  assertEquals(error.metadata.get("x-why"), "because");
  assertEquals(metadata.has(KEY), false, "what was given is left as it is");
  assertEquals(error.details, [detail("a")]);
});

Deno.test("details are found by their type, whatever stands before its name", () => {
  const error = new GrpcError(Status.ABORTED, "", {
    details: [
      detail("1"),
      detail("2", "example.com/x/google.rpc.ErrorInfo"),
      detail("3", "google.rpc.ErrorInfo"),
      detail("4", "type.googleapis.com/google.rpc.RetryInfo"),
      detail("5", "type.googleapis.com/my.google.rpc.ErrorInfo"),
    ],
  });
  const ofProtobufTs = { typeName: "google.rpc.ErrorInfo", fromBinary: decode };
  const ofTsProto = { $type: "google.rpc.RetryInfo", decode };
  assertEquals(error.findDetails(ofProtobufTs), ["1", "2", "3"]);
  assertEquals(error.findDetails(ofTsProto), ["4"]);
  assertEquals(error.findDetails({ ...ofTsProto, $type: "x" }), []);
});

Deno.test("a detail that cannot be decoded is left out", () => {
  const error = new GrpcError(Status.ABORTED, "", {
    details: [detail("bad"), detail("good")],
  });
  const picky = {
    typeName: "google.rpc.ErrorInfo",
    fromBinary(octets: Uint8Array) {
      if (decode(octets) === "bad") throw new Error("no message");
      return decode(octets);
    },
  };
  assertEquals(error.findDetails(picky), ["good"]);
});

Deno.test("an error without details has none, and sends no trailer for them", () => {
  assertEquals(new GrpcError(5, "").details, []);
  const metadata = new Metadata();
  const error = new GrpcError(5, "", { details: [], metadata });
  assertStrictEquals(error.metadata, metadata);
  assertEquals(metadata.size, 0);
});

Deno.test("details that cannot be used are refused", () => {
  const of = (details: unknown) => () =>
    new GrpcError(5, "x", { details: details as [] });
  const expected = "Cannot use the details of a GrpcError: expected";
  assertThrows(of("text"), TypeError, `${expected} an array of typeUrl`);
  assertThrows(of({}), TypeError, `${expected} an array of typeUrl`);
  for (const wrong of [undefined, null, {}, { typeUrl: INFO }, "x"]) {
    assertThrows(of([wrong]), TypeError, `${expected} each to have typeUrl`);
  }
  const value = "text" as unknown as Uint8Array;
  assertThrows(of([{ typeUrl: INFO, value }]), TypeError, expected);
  assertThrows(
    () =>
      new GrpcError(5, "x", {
        details: [detail("a")],
        metadata: new Metadata({ [KEY]: encode("other") }),
      }),
    TypeError,
    "its metadata has grpc-status-details-bin already",
  );
});

Deno.test("a type that cannot decode itself is refused, with the way to go", () => {
  const error = new GrpcError(5, "");
  const schema = { typeName: "google.rpc.ErrorInfo" };
  assertThrows(
    () => error.findDetails(schema as never),
    TypeError,
    "for a schema of protobuf-es, use findDetails of @keepalive/grpc/protobuf",
  );
});

Deno.test("what a peer sends in place of details is none, and no error", () => {
  const received = (octets: Uint8Array) =>
    GrpcError.received(5, "x", new Metadata({ [KEY]: octets })).details;
  const wrong = [
    [0x1a], // a field without a length
    [0x1a, 5, 1], // shorter than its length
    [0x1a, 2, 0x0a, 9], // the same within
    [0x1b], // a group
    Array(11).fill(0xff), // a varint without end
    [0x1a, ...Array(9).fill(0xff), 0x7f], // a length of 2^70
  ];
  for (const octets of wrong) {
    assertEquals(received(Uint8Array.from(octets)), []);
  }
  // Unknown fields of every wire type are passed over, negative codes as well.
  const unknown = [0x20, 1, 0x29, ...Array(8).fill(0), 0x35, 0, 0, 0, 0];
  const minusOne = [0x08, ...Array(9).fill(0xff), 1];
  const [known] = received(
    Uint8Array.from([...minusOne, ...unknown, 0x1a, 3, 0x0a, 1, 0x61]),
  );
  assertEquals(known, { typeUrl: "a", value: new Uint8Array(0) });
});

Deno.test(
  "random octets in place of details never throw",
  withSeed((random) => {
    for (let round = 0; round < 5_000; round++) {
      decodeRpcStatus(random.octets(random.below(40)));
    }
  }),
);

Deno.test("what is encoded is decoded, of any length", () => {
  for (const length of [0, 1, 127, 128, 16_383, 16_384, 70_000]) {
    const status = {
      code: 5,
      message: "é".repeat(length / 2),
      details: [{ typeUrl: INFO, value: new Uint8Array(length).fill(7) }],
    };
    assertEquals(decodeRpcStatus(encodeRpcStatus(status)), status);
  }
});

Deno.test("of very many details of a peer, the first thousand are read", () => {
  const details = Array.from({ length: 1_500 }, (_, at) => detail(`${at}`));
  const octets = encodeRpcStatus({ code: 5, message: "", details });
  assertEquals(decodeRpcStatus(octets)?.details, details.slice(0, 1_000));
});
