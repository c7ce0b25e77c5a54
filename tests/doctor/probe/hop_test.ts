import { assertEquals } from "@std/assert";
import { stackOf } from "../../../src/doctor/probe/fingerprint.ts";
import { hopOf } from "../../../src/doctor/probe/hop.ts";
import type { Setting } from "../../../src/frames/mod.ts";

/** The first SETTINGS of servers, as they were sent to the interop tests. */
const SENT: readonly (readonly [string | undefined, readonly Setting[]])[] = [
  ["grpc-go", [[5, 16_384]]],
  [
    "gRPC Core (C++, Python, Ruby, PHP, C#)",
    [[4, 4_194_304], [5, 4_194_304], [6, 16_384], [0xfe03, 1]],
  ],
  ["grpc-java on Netty", [[3, 2_147_483_647], [4, 1_048_576], [6, 8_192]]],
  ["node:http2 (grpc-js, connect-node)", []],
  ["hyper (tonic)", [[4, 1_048_576], [5, 16_384], [6, 16_384]]],
  [
    "net/http of Go (connect-go)",
    [[5, 1_048_576], [3, 250], [6, 1_048_896], [1, 4_096], [4, 1_048_576]],
  ],
  ["@keepalive/grpc", [[6, 65_536], [3, 1_000]]],
  ["@keepalive/grpc", [[6, 65_536], [3, 1_000], [0x4b41, 20_000]]],
  ["nginx", [[3, 128], [4, 65_536], [5, 16_777_215]]],
  ["HAProxy", [[8, 1], [3, 100]]],
  ["nghttpx", [[3, 100], [4, 65_535], [9, 1], [8, 1]]],
  ["Envoy", [[1, 4_096], [8, 0], [3, 1_024], [4, 16_777_216]]],
  [undefined, [[2, 0]]],
  [undefined, [[5, 32_768]]],
];

for (const [name, settings] of SENT) {
  Deno.test(`SETTINGS ${JSON.stringify(settings)} are those of ${name}`, () => {
    assertEquals(stackOf(settings)?.name, name);
  });
}

const spread = (p50: number) => ({
  count: 20,
  p50,
  p90: p50,
  p99: p50,
  max: p50,
});

Deno.test("a proxy is known by SETTINGS, or by what it adds to responses", () => {
  const nginx = { name: "nginx", isProxy: true };
  assertEquals(hopOf(nginx, [], 1, spread(1)).kind, "proxy");
  for (
    const [name, value] of [
      ["server", "envoy"],
      ["server", "nginx/1.22.1"],
      ["server", "awselb/2.0"],
      ["via", "2 nghttpx"],
      ["x-envoy-upstream-service-time", "5"],
    ]
  ) {
    const { kind, evidence } = hopOf(undefined, [[name, value]], 1, spread(1));
    assertEquals(kind, "proxy");
    assertEquals(evidence, [`header ${name}: "${value}"`]);
  }
});

Deno.test("a server that names itself is no proxy", () => {
  const own = hopOf(undefined, [["server", "Kestrel"]], 1, spread(1));
  assertEquals(own, { kind: "unseen", evidence: [] });
});

Deno.test("calls that take much longer than PINGs are a sign, and no proof", () => {
  assertEquals(hopOf(undefined, [], 1, spread(40)).kind, "perhaps");
  assertEquals(hopOf(undefined, [], 1, spread(8)).kind, "unseen");
  assertEquals(hopOf(undefined, [], 50, spread(90)).kind, "unseen");
  assertEquals(hopOf(undefined, [], undefined, spread(90)).kind, "unseen");
});
