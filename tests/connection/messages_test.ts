import { assertEquals } from "@std/assert";
import {
  encodeContinuation,
  encodeData,
  encodeFrame,
  encodeHeaders,
  ErrorCode,
  FrameType,
  type FrameWriter,
} from "../../src/frames/mod.ts";
import {
  type EncodableHeaderField,
  type HeaderField,
  HpackEncoder,
} from "../../src/hpack/mod.ts";
import { concat, octets } from "../harness/octets.ts";
import {
  BLOCK,
  client,
  type Endpoint,
  FIELDS,
  RESPONSE,
  RESPONSE_BLOCK,
  server,
} from "./support.ts";

/** What comes of frames: the resets that are sent, or the events. */
function outcome(
  end: Endpoint,
  say: (writer: FrameWriter) => void,
): unknown[] {
  const resets = end.say(say).filter(({ type }) =>
    type === FrameType.RST_STREAM
  );
  const events = end.takeEvents();
  if (resets.length === 0) return events.map(({ type }) => type);
  return resets.map((frame) =>
    "errorCode" in frame && [frame.streamId, frame.errorCode]
  );
}

function requested(fields: readonly EncodableHeaderField[] = FIELDS): Endpoint {
  const end = client();
  end.streams.sender.open(fields, true);
  end.sent();
  return end;
}

const { PROTOCOL_ERROR } = ErrorCode;
const REFUSED = [[1, PROTOCOL_ERROR]];

function block(fields: readonly HeaderField[]): Uint8Array {
  return new HpackEncoder().encode(fields);
}

function ofLength(value: string): HeaderField {
  return ["content-length", value];
}

Deno.test("The DATA of a request is as long as its content-length", () => {
  const head = block([...FIELDS, ofLength("8")]);
  for (
    const [sizes, isRefused] of [
      [[8], false],
      [[3, 5], false],
      [[8, 0], false],
      [[0, 8], false],
      [[7], true],
      [[9], true],
      [[3, 4], true],
      [[8, 1], true],
      [[0], true],
    ] as const
  ) {
    const end = server();
    const result = outcome(end, (writer) => {
      encodeHeaders(writer, 1, head, false, true);
      sizes.forEach((size, index) => {
        const ends = index === sizes.length - 1;
        encodeData(writer, 1, new Uint8Array(size), ends);
      });
    });
    if (isRefused) assertEquals(result, REFUSED, String(sizes));
    else assertEquals(result, ["headers", ...sizes.map(() => "data")]);
  }
});

Deno.test("So is that of a response, whether trailers end it or not", () => {
  const head = block([...RESPONSE, ofLength("8")]);
  for (const size of [7, 8, 9]) {
    for (const hasTrailers of [true, false]) {
      const end = requested();
      const result = outcome(end, (writer) => {
        encodeHeaders(writer, 1, head, false, true);
        encodeData(writer, 1, new Uint8Array(size), !hasTrailers);
        if (!hasTrailers) return;
        encodeHeaders(writer, 1, block([["grpc-status", "0"]]), true, true);
      });
      if (size !== 8) assertEquals(result, REFUSED);
      else assertEquals(result.at(-1), "ended");
    }
  }
});

Deno.test("Padding is no content", () => {
  const end = server();
  const result = outcome(end, (writer) => {
    encodeHeaders(writer, 1, block([...FIELDS, ofLength("2")]), false, true);
    encodeFrame(writer, FrameType.DATA, 9, 1, octets("03 0102 000000"));
  });
  assertEquals(result, ["headers", "data"]);
});

Deno.test("The response to HEAD has no content, whatever length it names", () => {
  const head: EncodableHeaderField[] = [
    [":method", "HEAD"],
    [":scheme", "http"],
    [":path", "/"],
  ];
  const named = block([...RESPONSE, ofLength("8")]);
  assertEquals(
    outcome(requested(head), (writer) => {
      encodeHeaders(writer, 1, named, true, true);
    }),
    ["headers", "ended"],
  );
  assertEquals(
    outcome(requested(head), (writer) => {
      encodeHeaders(writer, 1, named, false, true);
      encodeData(writer, 1, new Uint8Array(8), true);
    }),
    REFUSED,
  );
});

Deno.test("Interim responses come before the response, and cost the server of its budget", () => {
  const end = requested();
  const interim = block([[":status", "103"]]);
  for (let i = 0; i < 3; i++) {
    assertEquals(
      outcome(end, (writer) => encodeHeaders(writer, 1, interim, false, true)),
      ["headers"],
    );
  }
  assertEquals(
    outcome(end, (writer) => {
      encodeHeaders(writer, 1, RESPONSE_BLOCK, false, true);
      encodeHeaders(writer, 1, interim, false, true);
    }),
    REFUSED,
  );
  const flooded = requested();
  flooded.assertConnectionError(
    (writer) => {
      for (let i = 0; i < 1_001; i++) {
        encodeHeaders(writer, 1, interim, false, true);
      }
    },
    ErrorCode.ENHANCE_YOUR_CALM,
    "the last a HEADERS frame of an interim response",
  );
});

Deno.test("A second field section of a request ends its stream", () => {
  for (const ends of [true, false]) {
    const end = server();
    const result = outcome(end, (writer) => {
      encodeHeaders(writer, 1, BLOCK, false, true);
      encodeHeaders(writer, 1, new Uint8Array(0), ends, true);
    });
    assertEquals(result, ends ? ["headers", "headers"] : REFUSED);
  }
});

Deno.test("Pseudo-header fields in trailers are malformed, on both ends", () => {
  for (const end of [server(), requested()]) {
    const isServer = end.connection.role === "server";
    const head = isServer ? BLOCK : RESPONSE_BLOCK;
    const result = outcome(end, (writer) => {
      encodeHeaders(writer, 1, head, false, true);
      encodeHeaders(writer, 1, head, true, true);
    });
    assertEquals(result, REFUSED);
  }
});

/** Exclusive, and weight 16 (RFC 9113 section 6.2). */
function dependingOn(id: number): Uint8Array {
  return octets(`8000000${id} 0f`);
}

Deno.test("HEADERS that makes its stream depend on itself is an error of the stream, and its block is read", () => {
  const indexed = octets("40 01 78 01 79");
  const known = concat(BLOCK, octets("be"));
  for (const dependency of [0, 1, 3]) {
    for (const isWhole of [true, false]) {
      const end = server();
      const fragment = concat(dependingOn(dependency), BLOCK);
      const result = outcome(end, (writer) => {
        const flags = isWhole ? 0x25 : 0x21;
        const rest = isWhole ? concat(fragment, indexed) : fragment;
        encodeFrame(writer, FrameType.HEADERS, flags, 1, rest);
        if (!isWhole) encodeContinuation(writer, 1, indexed, true);
      });
      assertEquals(result, dependency === 1 ? REFUSED : ["headers"]);
      end.say((writer) => encodeHeaders(writer, 3, known, true, true));
      const [event] = end.takeEvents();
      assertEquals("headers" in event && event.headers, [
        ...FIELDS,
        ["x", "y"],
      ]);
    }
  }
});

Deno.test("Trailers and responses that do so are such errors, too", () => {
  const end = server();
  assertEquals(
    outcome(end, (writer) => {
      encodeHeaders(writer, 1, BLOCK, false, true);
      encodeFrame(writer, FrameType.HEADERS, 0x25, 1, dependingOn(1));
    }),
    REFUSED,
  );
  assertEquals(
    outcome(requested(), (writer) => {
      const payload = concat(dependingOn(1), RESPONSE_BLOCK);
      encodeFrame(writer, FrameType.HEADERS, 0x25, 1, payload);
    }),
    REFUSED,
  );
});

Deno.test("PRIORITY that makes an active stream depend on itself ends it", () => {
  for (const end of [server(), requested()]) {
    if (end.connection.role === "server") {
      end.say((writer) => encodeHeaders(writer, 1, BLOCK, false, true));
      end.takeEvents();
    }
    const result = outcome(
      end,
      (writer) => encodeFrame(writer, FrameType.PRIORITY, 0, 1, dependingOn(1)),
    );
    assertEquals(result, REFUSED);
    assertEquals(end.streams.table.activeCount, 0);
  }
});

Deno.test("On an idle stream it ends the connection, as no RST_STREAM may name that", () => {
  server().assertConnectionError(
    (writer) => encodeFrame(writer, FrameType.PRIORITY, 0, 9, dependingOn(9)),
    PROTOCOL_ERROR,
    "Received a PRIORITY frame that makes stream 9 depend on itself",
  );
});
