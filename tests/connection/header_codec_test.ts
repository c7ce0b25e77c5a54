import { assertEquals, assertThrows } from "@std/assert";
import { HeaderBlockAssembly } from "../../src/connection/headers/header_block.ts";
import { HeaderCodec } from "../../src/connection/headers/header_codec.ts";
import { Output } from "../../src/connection/output.ts";
import { initialPeerSettings } from "../../src/connection/peer_settings.ts";
import { LEAST_RESPONSE_SIZE } from "../../src/connection/mod.ts";
import {
  type ContinuationFrame,
  encodeHeaders,
  encodeSettings,
  type Frame,
  FrameReader,
  FrameType,
  type HeadersFrame,
  MAX_MAX_FRAME_SIZE,
  SettingId,
} from "../../src/frames/mod.ts";
import {
  type EncodableHeaderField,
  type HeaderField,
  HpackDecoder,
} from "../../src/hpack/mod.ts";
import { readFrames } from "../harness/copied_frame.ts";
import { octets } from "../harness/octets.ts";
import { BLOCK, client, type Endpoint, FIELDS, server } from "./support.ts";

type Piece = HeadersFrame | ContinuationFrame;

/** What is in front of the value in {@linkcode secretOf}. */
const OVERHEAD = 6;

/** A list whose block is of so many octets, from 261 to 16 516. */
function secretOf(length: number): EncodableHeaderField[] {
  const value = "\xff".repeat(length - OVERHEAD);
  return [["x", value, { sensitive: true }]];
}

/** Writes a list for a peer that accepts frames of a size. */
function written(
  headers: readonly EncodableHeaderField[],
  maxFrameSize: number,
): Piece[] {
  const output = new Output();
  const peer = { ...initialPeerSettings(), maxFrameSize };
  const codec = new HeaderCodec(output, peer);
  codec.write(1, headers, true);
  const frames = readFrames(new FrameReader(MAX_MAX_FRAME_SIZE), output.take());
  assertEquals([output.messages, output.frames], [1, frames.length]);
  return frames as Piece[];
}

/** Reads it at the other end. */
function read(frames: Piece[]): readonly HeaderField[] {
  const assembly = new HeaderBlockAssembly(65_536);
  const [first, ...others] = frames;
  let whole = assembly.begin(first as HeadersFrame);
  for (const frame of others) {
    whole = assembly.continue(frame as ContinuationFrame);
  }
  if (whole === undefined) throw new Error("The block does not end");
  return new HeaderCodec(new Output(), initialPeerSettings()).read(whole);
}

/** The fragment of the only HEADERS frame among frames. */
function blockIn(frames: Frame[]): Uint8Array {
  const [block, ...others] = frames.flatMap((frame) =>
    frame.type === FrameType.HEADERS ? [frame.fragment] : []
  );
  assertEquals(others, []);
  return block;
}

/** The block of a request with some headers. */
function request(
  end: Endpoint,
  headers: readonly EncodableHeaderField[],
): Uint8Array {
  end.streams.sender.open(headers, true);
  return blockIn(end.sent());
}

Deno.test("A header list that fits is one HEADERS frame", () => {
  for (const length of [300, 16_383, 16_384]) {
    const headers = secretOf(length);
    const frames = written(headers, 16_384);
    assertEquals(frames.length, 1);
    assertEquals(frames[0].fragment.length, length);
    assertEquals(frames[0].endHeaders, true);
    assertEquals(read(frames), [["x", headers[0][1]]]);
  }
});

Deno.test("A header list that does not goes on in CONTINUATION frames", () => {
  const frames = written(secretOf(16_385), 16_384);
  assertEquals(frames.map(({ type }) => type), [
    FrameType.HEADERS,
    FrameType.CONTINUATION,
  ]);
  assertEquals(frames.map(({ fragment }) => fragment.length), [16_384, 1]);
  assertEquals(frames.map(({ endHeaders }) => endHeaders), [false, true]);
  assertEquals("endStream" in frames[0] && frames[0].endStream, true);
  assertEquals(read(frames)[0][1].length, 16_385 - OVERHEAD);
});

Deno.test("The pieces are as large as the peer accepts, and are read back as one", () => {
  const headers: EncodableHeaderField[] = Array.from(
    { length: 500 },
    (_, i) => [`x-${i}`, "value".repeat(i % 20)],
  );
  const [whole] = written(headers, MAX_MAX_FRAME_SIZE);
  for (const maxFrameSize of [16_384, 1_000, 100]) {
    const frames = written(headers, maxFrameSize);
    const { length } = whole.fragment;
    assertEquals(frames.length, Math.ceil(length / maxFrameSize));
    for (const { fragment } of frames.slice(0, -1)) {
      assertEquals(fragment.length, maxFrameSize);
    }
    assertEquals(read(frames), headers as HeaderField[]);
  }
});

Deno.test("Nothing comes between the pieces, whatever else is to be sent", () => {
  const end = client();
  const { streams } = end;
  streams.sender.open(FIELDS, false);
  streams.sender.sendData(1, new Uint8Array(100), false);
  end.connection.pings.send("user", 0);
  streams.sender.open(
    Array.from({ length: 5 }, () => secretOf(16_000)[0]),
    true,
  );
  end.connection.pings.send("user", 0);
  const { HEADERS, CONTINUATION, PING, DATA } = FrameType;
  assertEquals(end.sent().map(({ type }) => type), [
    HEADERS,
    PING,
    ...[HEADERS, CONTINUATION, CONTINUATION, CONTINUATION, CONTINUATION],
    PING,
    DATA,
  ]);
});

Deno.test("A large header list crosses two connections", () => {
  const [ours, theirs] = [client(), server()];
  const headers: EncodableHeaderField[] = [
    ...FIELDS,
    ["x", "\xff".repeat(50_000)],
    ["y", "z"],
  ];
  ours.streams.sender.open(headers, true);
  theirs.receive(ours.connection.takeOutput());
  assertEquals(theirs.takeEvents(), [{
    type: "headers",
    streamId: 1,
    headers: headers as HeaderField[],
    endStream: true,
    opens: true,
  }]);
});

Deno.test("The size of a list is that of RFC 9113 section 6.5.2", () => {
  for (const [limit, isAccepted] of [[67, true], [66, false]] as const) {
    const peer = { ...initialPeerSettings(), maxHeaderListSize: limit };
    const codec = new HeaderCodec(new Output(), peer);
    const check = () => codec.requireAcceptable([["a", "b"], ["\xff", ""]]);
    if (isAccepted) check();
    else assertThrows(check, RangeError, "67 octets: the peer accepts 66");
  }
});

Deno.test("A list that the peer does not accept changes nothing, nor its table", () => {
  const settings = [[SettingId.MAX_HEADER_LIST_SIZE, 100]] as const;
  const [end, fresh] = [client(settings), client(settings)];
  const { streams } = end;
  const tooLarge: EncodableHeaderField[] = [["x", "y"], ["z", "z".repeat(99)]];
  assertThrows(() => streams.sender.open(tooLarge, true), RangeError);
  assertEquals(end.sent(), []);
  const block = request(end, [["x", "y"]]);
  assertEquals(block, request(fresh, [["x", "y"]]));
  assertEquals(new HpackDecoder().decode(block), [["x", "y"]]);
  assertEquals(end.streams.table.activeCount, 1);
});

Deno.test("So it is with response headers, and with trailers behind data", () => {
  const end = server();
  end.say((writer) => {
    encodeSettings(writer, [[SettingId.MAX_HEADER_LIST_SIZE, 300]]);
    encodeHeaders(writer, 1, BLOCK, true, true);
  });
  const { streams } = end;
  const tooLarge: EncodableHeaderField[] = [["x", "y".repeat(300)]];
  assertThrows(
    () => streams.sender.sendHeaders(1, tooLarge, false),
    RangeError,
  );
  streams.sender.sendHeaders(1, [["a", "b"]], false);
  streams.sender.sendData(1, octets("00"), false);
  assertThrows(() => streams.sender.sendHeaders(1, tooLarge, true), RangeError);
  streams.sender.sendHeaders(1, [["a", "b"]], true);
  const decoder = new HpackDecoder();
  const lists = end.sent().flatMap((frame) =>
    frame.type === FrameType.HEADERS ? [decoder.decode(frame.fragment)] : []
  );
  assertEquals(lists, [[["a", "b"]], [["a", "b"]]]);
});

Deno.test("A response of 256 octets is sent to whoever accepts fewer, as that is advisory", () => {
  const end = server();
  end.say((writer) => {
    encodeSettings(writer, [[SettingId.MAX_HEADER_LIST_SIZE, 0]]);
    encodeHeaders(writer, 1, BLOCK, true, true);
  });
  const { streams } = end;
  const list = (size: number): EncodableHeaderField[] => [
    ["x", "y".repeat(size - 33)],
  ];
  assertEquals(LEAST_RESPONSE_SIZE, 256);
  assertThrows(
    () => streams.sender.sendHeaders(1, list(257), true),
    RangeError,
    'Cannot send a header list of 257 octets: the peer accepts 256, and "x" alone has 257',
  );
  streams.sender.sendHeaders(1, list(256), true);
  assertEquals(end.takeEvents().at(-1), { type: "ended", streamId: 1 });
});

Deno.test("A list that cannot be encoded changes nothing, nor its table", () => {
  const [end, fresh] = [client(), client()];
  const { streams } = end;
  assertThrows(
    () => streams.sender.open([["x", "y"], ["z", "\u0100"]], true),
    TypeError,
    "Cannot encode header field z",
  );
  assertEquals(end.sent(), []);
  assertEquals(request(end, [["x", "y"]]), request(fresh, [["x", "y"]]));
});

Deno.test("Trailers that wait are encoded in the order of sending", () => {
  const end = server();
  end.say((writer) => {
    for (const id of [1, 3]) {
      encodeHeaders(writer, id, BLOCK, true, true);
    }
  });
  const { streams } = end;
  streams.sender.sendData(1, octets("00"), false);
  streams.sender.sendHeaders(1, [["first", "1"]], true);
  streams.sender.sendHeaders(3, [["second", "2"], ["first", "1"]], true);
  const decoder = new HpackDecoder();
  const lists = end.sent().flatMap((frame) =>
    frame.type === FrameType.HEADERS
      ? [[frame.streamId, decoder.decode(frame.fragment)]]
      : []
  );
  assertEquals(lists, [
    [3, [["second", "2"], ["first", "1"]]],
    [1, [["first", "1"]]],
  ]);
});

Deno.test("A peer without a table gets none (RFC 7541 section 4.2)", () => {
  for (const isBegun of [false, true]) {
    const end = client();
    const decoder = new HpackDecoder();
    if (isBegun) decoder.decode(request(end, [["x", "y"]]));
    end.say((writer) =>
      encodeSettings(writer, [[SettingId.HEADER_TABLE_SIZE, 0]])
    );
    decoder.setMaxTableSize(0);
    const block = request(end, [["x", "y"]]);
    assertEquals(block[0], 0x20);
    assertEquals(decoder.decode(block), [["x", "y"]]);
    for (let i = 0; i < 2; i++) {
      assertEquals(decoder.decode(request(end, [["x", "y"]])), [["x", "y"]]);
    }
    assertEquals(decoder.snapshot().entries, []);
  }
});

Deno.test("A table that was taken away and given back has lost its entries", () => {
  const { HEADER_TABLE_SIZE } = SettingId;
  for (const isBegun of [false, true]) {
    for (const frames of [1, 2]) {
      const end = client();
      const decoder = new HpackDecoder();
      if (isBegun) decoder.decode(request(end, [["x", "y"]]));
      end.say((writer) => {
        if (frames === 1) {
          encodeSettings(writer, [
            [HEADER_TABLE_SIZE, 0],
            [HEADER_TABLE_SIZE, 4_096],
          ]);
        } else {
          encodeSettings(writer, [[HEADER_TABLE_SIZE, 0]]);
          encodeSettings(writer, [[HEADER_TABLE_SIZE, 4_096]]);
        }
      });
      decoder.setMaxTableSize(0);
      decoder.setMaxTableSize(4_096);
      const block = request(end, [["x", "y"]]);
      assertEquals(block.subarray(0, 4), octets("20 3f e1 1f"));
      assertEquals(decoder.decode(block), [["x", "y"]]);
      assertEquals(decoder.snapshot().entries, [["x", "y"]]);
    }
  }
});

Deno.test("A larger table of the peer is not used", () => {
  const end = client([[SettingId.HEADER_TABLE_SIZE, 65_536]]);
  const other = client();
  assertEquals(request(end, FIELDS), request(other, FIELDS));
});
