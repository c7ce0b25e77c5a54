import {
  type HeaderField,
  HpackDecoder,
  HpackEncoder,
  OctetBuffer,
} from "../../src/hpack/mod.ts";

const REQUEST: readonly HeaderField[] = [
  [":method", "POST"],
  [":scheme", "http"],
  [":path", "/helloworld.Greeter/SayHello"],
  [":authority", "localhost:50051"],
  ["content-type", "application/grpc"],
  ["user-agent", "grpc-deno/0.1.0"],
  ["te", "trailers"],
  ["grpc-accept-encoding", "identity,gzip"],
];

/** The bearer token of a service account has about this length. */
const TOKEN = "Bearer " + "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEyMyJ9.".repeat(20);

/** Lists of the same kind that no cache of blocks has seen. */
const REQUESTS_WITH_TIMEOUT: readonly HeaderField[][] = Array.from(
  { length: 1009 },
  (_, i) => [...REQUEST, ["grpc-timeout", `${i * 9973 % 1_000_000}u`]],
);

const buffer = new OctetBuffer();

function into(encoder: HpackEncoder, headers: readonly HeaderField[]): void {
  buffer.truncate(0);
  encoder.encodeInto(buffer, headers);
}

function warm(): HpackEncoder {
  const encoder = new HpackEncoder();
  for (let i = 0; i < 3; i++) into(encoder, REQUEST);
  return encoder;
}

const repeating = warm();
Deno.bench("the same list", { group: "encode", baseline: true }, () => {
  into(repeating, REQUEST);
});

Deno.bench("an equal list of new arrays", { group: "encode" }, () => {
  into(repeating, REQUEST.map(([name, value]) => [name, value] as const));
});

let turn = 0;
const varied = warm();
Deno.bench("with another grpc-timeout each time", { group: "encode" }, () => {
  into(varied, REQUESTS_WITH_TIMEOUT[turn++ % REQUESTS_WITH_TIMEOUT.length]);
});

const uncached = warm();
const everyOther = [REQUEST, [...REQUEST].reverse()];
Deno.bench("indexed, cache defeated by resizing", { group: "encode" }, () => {
  uncached.setPeerMaxTableSize(4000 + (turn & 1));
  into(uncached, everyOther[turn++ & 1]);
});

const authorized = warm();
const withToken: readonly HeaderField[] = [...REQUEST, [
  "authorization",
  TOKEN,
]];
Deno.bench("the same list with a bearer token", { group: "encode" }, () => {
  into(authorized, withToken);
});

Deno.bench("the first list of a connection", { group: "encode" }, () => {
  into(new HpackEncoder(), REQUEST);
});

const first = new HpackEncoder().encode(REQUEST);
const repeated = (() => {
  const encoder = new HpackEncoder();
  encoder.encode(REQUEST);
  return encoder.encode(REQUEST);
})();
const decoder = new HpackDecoder();
decoder.decode(first);

Deno.bench("all indexed", { group: "decode", baseline: true }, () => {
  decoder.decode(repeated);
});

Deno.bench("the first block of a connection", { group: "decode" }, () => {
  new HpackDecoder().decode(first);
});

const literals = new HpackEncoder({ indexing: () => "none" }).encode(REQUEST);
Deno.bench("all literals, Huffman", { group: "decode" }, () => {
  decoder.decode(literals);
});

const plain = new HpackEncoder({ indexing: () => "none", huffman: false })
  .encode(REQUEST);
Deno.bench("all literals, plain", { group: "decode" }, () => {
  decoder.decode(plain);
});
