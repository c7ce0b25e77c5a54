import { assert, assertEquals } from "@std/assert";
import { printable, printableJson } from "../../src/page/mod.ts";
import { encodeGoaway, ErrorCode, FrameType } from "../../src/frames/mod.ts";
import { sayFields } from "../grpc/support/foreign.ts";
import { hello, RawServer } from "../harness/raw_peer.ts";
import { run } from "./support.ts";

const ESCAPED: [text: string, expected: string][] = [
  ["plain text, ümläute, 日本語, 🦕", "plain text, ümläute, 日本語, 🦕"],
  ["C:\\path", "C:\\path"],
  ["two\nlines\r\tand a tab", "two\\nlines\\r\\tand a tab"],
  ["\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"],
  ["\x07\x00\x7f\x9b", "\\x07\\x00\\x7f\\x9b"],
  ["\u202egpj.exe", "\\u{202e}gpj.exe"],
  ["\u2066\u200b\u2028\ufeff", "\\u{2066}\\u{200b}\\u{2028}\\u{feff}"],
  ["\u{e0041}\ud800", "\\u{e0041}\\u{d800}"],
];

for (const [text, expected] of ESCAPED) {
  Deno.test(`${JSON.stringify(text)} is printed as ${expected}`, () => {
    assertEquals(printable(text), expected);
    const json = printableJson(JSON.stringify({ text }));
    assertEquals(JSON.parse(json), { text });
    assertEquals(printable(json), json);
  });
}

/** What a peer may put into a status message. */
const MESSAGE = "a%0Ab%1B[2J%E2%80%AEc%C2%9B";

/** A server that answers its first call with an evil status. */
async function evil(server: RawServer): Promise<void> {
  using peer = await server.accept();
  await peer.say(hello);
  const { streamId } = await peer.until(FrameType.HEADERS);
  await peer.say((writer) => {
    sayFields(writer, streamId, [
      [":status", "200"],
      ["content-type", "application/grpc"],
      ["grpc-status", "9"],
      ["grpc-message", MESSAGE],
    ], true);
    const debug = new TextEncoder().encode("d\n\x1b[31m\u202e");
    encodeGoaway(writer, streamId, ErrorCode.NO_ERROR, debug);
  });
  await peer.rest();
}

for (const flags of [[], ["--json"]]) {
  Deno.test(`The client escapes what a peer says, with [${flags}]`, async () => {
    using server = new RawServer();
    const [{ stdout, stderr }] = await Promise.all([
      run("client", [`--target=${server.target}`, "--call=unary", ...flags]),
      evil(server),
    ]);
    for (const text of [stdout, stderr]) {
      const lines = text.replaceAll("\n", "");
      assertEquals(printable(lines), lines);
    }
    const [escape, mark] = flags.length === 0
      ? ["a\\nb\\x1b[2J\\u{202e}c\\x9b", "GOAWAY received"]
      : ["a\\nb\\u001b[2J\\u202ec\\u009b", '"goaway-received"'];
    assert(stdout.includes(escape), stdout);
    assert(stdout.includes(mark), stdout);
  });
}
