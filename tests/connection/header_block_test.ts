import { assertEquals, assertThrows } from "@std/assert";
import {
  HeaderBlockAssembly,
  MAX_HEADER_BLOCK_LENGTH,
} from "../../src/connection/mod.ts";
import {
  ConnectionError,
  encodeContinuation,
  encodeFrame,
  encodeHeaders,
  ErrorCode,
  FrameType,
  type FrameWriter,
} from "../../src/frames/mod.ts";
import { octets } from "../harness/octets.ts";
import { client, server } from "./support.ts";

const NOTHING = new Uint8Array(0);

/** HEADERS on stream 1 that is not complete. */
function begin(writer: FrameWriter): void {
  encodeHeaders(writer, 1, octets("82"), true, false);
}

Deno.test("A block in one HEADERS frame is passed on without a copy", () => {
  const fragment = octets("8286");
  const whole = new HeaderBlockAssembly().begin({
    type: FrameType.HEADERS,
    streamId: 3,
    endStream: true,
    endHeaders: true,
    fragment,
  });
  assertEquals(whole, { streamId: 3, block: fragment, endStream: true });
  assertEquals(whole?.block === fragment, true);
});

Deno.test("HEADERS and CONTINUATION frames are joined in order", () => {
  const end = server();
  end.say((writer) => {
    begin(writer);
    encodeContinuation(writer, 1, octets("86 84"), false);
  });
  assertEquals(end.takeEvents(), []);
  end.say((writer) => encodeContinuation(writer, 1, octets("41"), true));
  assertEquals(end.takeEvents(), [{
    type: "headers",
    opens: true,
    streamId: 1,
    block: octets("82 86 84 41"),
    endStream: true,
  }]);
});

Deno.test("The pieces of a block are copied, as their octets are borrowed", () => {
  const end = server();
  const slice = octets("000001 01 00 00000001 82");
  end.receive(slice);
  slice.fill(0xff);
  end.say((writer) => encodeContinuation(writer, 1, octets("86"), true));
  const [event] = end.takeEvents();
  assertEquals("block" in event && event.block, octets("82 86"));
});

Deno.test("A block in a thousand pieces is joined", () => {
  const end = server();
  const block = Uint8Array.from({ length: 1_000 }, (_, i) => i);
  end.say((writer) => encodeHeaders(writer, 1, NOTHING, false, false));
  for (let i = 0; i < block.length; i++) {
    const piece = block.subarray(i, i + 1);
    end.say((writer) => encodeContinuation(writer, 1, piece, i === 999));
  }
  const [event] = end.takeEvents();
  assertEquals("block" in event && event.block, block);
});

Deno.test("One block after another is joined", () => {
  const end = server();
  for (const id of [1, 3, 5]) {
    end.say((writer) => {
      encodeHeaders(writer, id, octets("82"), false, false);
      encodeContinuation(writer, id, Uint8Array.of(id), true);
    });
  }
  const blocks = end.takeEvents().map((event) =>
    "block" in event && event.block
  );
  assertEquals(blocks, [octets("8201"), octets("8203"), octets("8205")]);
});

Deno.test("HEADERS may be empty, if a CONTINUATION has the block", () => {
  const end = server();
  end.say((writer) => {
    encodeHeaders(writer, 1, NOTHING, false, false);
    encodeContinuation(writer, 1, octets("83"), true);
  });
  assertEquals(end.takeEvents().length, 1);
});

Deno.test("The last CONTINUATION may be empty", () => {
  const end = server();
  end.say((writer) => {
    begin(writer);
    encodeContinuation(writer, 1, NOTHING, true);
  });
  assertEquals(end.takeEvents().length, 1);
});

Deno.test("No frame of any type may interrupt a block (section 4.3)", () => {
  const payloads: [string, number, number, string][] = [
    ["DATA", FrameType.DATA, 1, "00"],
    ["HEADERS", FrameType.HEADERS, 1, "82"],
    ["HEADERS", FrameType.HEADERS, 3, "82"],
    ["PRIORITY", FrameType.PRIORITY, 1, "0000000000"],
    ["RST_STREAM", FrameType.RST_STREAM, 1, "00000008"],
    ["SETTINGS", FrameType.SETTINGS, 0, ""],
    ["PUSH_PROMISE", FrameType.PUSH_PROMISE, 1, "00000002"],
    ["PING", FrameType.PING, 0, "0000000000000000"],
    ["GOAWAY", FrameType.GOAWAY, 0, "0000000000000000"],
    ["WINDOW_UPDATE", FrameType.WINDOW_UPDATE, 0, "00000001"],
    ["CONTINUATION", FrameType.CONTINUATION, 3, "82"],
    ["extension", 0x0a, 1, "00"],
  ];
  for (const [name, type, streamId, payload] of payloads) {
    const end = server();
    end.say(begin);
    end.assertConnectionError(
      (writer) => encodeFrame(writer, type, 0, streamId, octets(payload)),
      ErrorCode.PROTOCOL_ERROR,
      `Received a ${name} frame on stream ${streamId}, expected CONTINUATION on stream 1`,
    );
  }
});

Deno.test("No frame that is an error on its stream may interrupt a block", () => {
  for (
    const [type, payload] of [
      [FrameType.PRIORITY, "00"],
      [FrameType.WINDOW_UPDATE, "00000000"],
    ] as const
  ) {
    const end = server();
    end.say((writer) => encodeHeaders(writer, 1, octets("83"), false, true));
    end.say((writer) => encodeHeaders(writer, 3, octets("82"), false, false));
    end.assertConnectionError(
      (writer) => encodeFrame(writer, type, 0, 1, octets(payload)),
      ErrorCode.PROTOCOL_ERROR,
      "expected CONTINUATION on stream 3",
    );
  }
});

Deno.test("A CONTINUATION without HEADERS is a connection error", () => {
  for (const end of [server(), client()]) {
    end.assertConnectionError(
      (writer) => encodeContinuation(writer, 1, octets("82"), true),
      ErrorCode.PROTOCOL_ERROR,
      "Received a CONTINUATION frame on stream 1, expected HEADERS before it",
    );
  }
});

Deno.test("A CONTINUATION after a complete block is a connection error", () => {
  const end = server();
  end.say((writer) => encodeHeaders(writer, 1, octets("83"), false, true));
  end.assertConnectionError(
    (writer) => encodeContinuation(writer, 1, octets("82"), true),
    ErrorCode.PROTOCOL_ERROR,
    "expected HEADERS before it",
  );
});

Deno.test("An empty CONTINUATION in the middle is a flood (CVE-2024-27316)", () => {
  const end = server();
  end.say(begin);
  end.assertConnectionError(
    (writer) => encodeContinuation(writer, 1, NOTHING, false),
    ErrorCode.ENHANCE_YOUR_CALM,
    "Received an empty CONTINUATION frame on stream 1, expected a piece of the field block",
  );
});

Deno.test("A block of 65,536 octets is the largest that is collected", () => {
  assertEquals(MAX_HEADER_BLOCK_LENGTH, 65_536);
  const quarter = new Uint8Array(16_384);
  const end = server();
  end.say((writer) => {
    encodeHeaders(writer, 1, quarter, false, false);
    for (let i = 0; i < 3; i++) encodeContinuation(writer, 1, quarter, false);
  });
  end.assertConnectionError(
    (writer) => encodeContinuation(writer, 1, octets("00"), true),
    ErrorCode.ENHANCE_YOUR_CALM,
    "Received a field block of more than 65536 octets on stream 1",
  );
});

Deno.test("A block of just 65,536 octets is passed on", () => {
  const quarter = new Uint8Array(16_384);
  const end = server();
  end.say((writer) => {
    encodeHeaders(writer, 1, quarter, false, false);
    for (let i = 0; i < 3; i++) {
      encodeContinuation(writer, 1, quarter, i === 2);
    }
  });
  const [event] = end.takeEvents();
  assertEquals("block" in event && event.block.length, 65_536);
});

Deno.test("The bound counts each block anew", () => {
  const end = server();
  for (const id of [1, 3, 5, 7, 9]) {
    end.say((writer) => {
      encodeHeaders(writer, id, new Uint8Array(16_384), false, false);
      encodeContinuation(writer, id, new Uint8Array(16_384), true);
    });
  }
  assertEquals(end.takeEvents().length, 5);
});

Deno.test("check passes what may come, and begin needs no check", () => {
  const assembly = new HeaderBlockAssembly();
  const headers = {
    type: FrameType.HEADERS,
    streamId: 1,
    endStream: false,
    endHeaders: false,
    fragment: octets("82"),
  } as const;
  assembly.check(headers);
  assertEquals(assembly.begin(headers), undefined);
  assertThrows(() => assembly.check(headers), ConnectionError);
  assembly.check({
    type: FrameType.CONTINUATION,
    streamId: 1,
    endHeaders: true,
    fragment: NOTHING,
  });
});
