import { assert, assertEquals } from "@std/assert";
import { Health, serve } from "../../mod.ts";
import {
  probe,
  type ProbeOptions,
  type ProbeReport,
  type RuleResult,
} from "../../src/doctor/mod.ts";
import { PeerProcess, peers, type PeerServerFlags } from "./peers/mod.ts";
import { envoy } from "./proxies/envoy.ts";
import { haproxy } from "./proxies/haproxy.ts";
import { nghttpx } from "./proxies/nghttpx.ts";
import { nginx } from "./proxies/nginx.ts";
import { RunningProxy } from "./proxies/proxy.ts";

/** Milliseconds that the servers want between PINGs. */
const MIN_TIME = 2_000;

/** Milliseconds that the path and a busy machine add to one PING or another. */
const SLACK = 60;

const OPTIONS: ProbeOptions = {
  allowKicks: true,
  gaps: [3_000, 2_500, 2_100, 1_800, 1_300],
  streamMethod: "/echo.Echo/Bidi",
};

/**
 * Stacks that show out clients, what their SETTINGS tell of them, and which of
 * some quick PINGs is too many: the first is free, but not with grpc-java.
 */
const STACKS = [
  { name: "grpc-go", print: "grpc-go", kickedBy: [4] },
  { name: "gRPC Core", print: "gRPC Core", kickedBy: [4] },
  { name: "grpc-java", print: "grpc-java on Netty", kickedBy: [3] },
];

for (const { name, print, kickedBy } of STACKS) {
  for (const permitWithoutStream of [true, false]) {
    await withPeer(
      `${name}, ${
        permitWithoutStream ? "permitting all" : "beside calls only"
      }`,
      name,
      { minTime: MIN_TIME, permitWithoutStream },
      async (port, server) => {
        const report = await probe(`127.0.0.1:${port}`, OPTIONS);
        assert(report.measured.stack?.name.startsWith(print));
        const { enforcement } = report.measured;
        requireBracket(enforcement?.withStream, kickedBy, report);
        assertEquals(enforcement?.permitWithoutStream, permitWithoutStream);
        if (permitWithoutStream) {
          requireBracket(enforcement?.withoutStream, kickedBy, report);
        }
        await requireKicks(report, server);
      },
    );
  }
}

Deno.test("doctor probe: a server of this library, held open by its health service", async () => {
  await using server = serve({
    hostname: "127.0.0.1",
    port: 0,
    enforcement: { minTime: MIN_TIME, tolerance: 0 },
  }, [new Health().service]);
  const { streamMethod: _, ...options } = OPTIONS;
  const { port } = server.addr as Deno.NetAddr;
  const report = await probe(`127.0.0.1:${port}`, options);
  requireBracket(report.measured.enforcement?.withStream, [4], report);
  assertEquals(report.measured.enforcement?.permitWithoutStream, false);
  assertEquals(report.measured.enforcement?.kicks, 4);
  assertEquals(report.measured.hop?.kind, "unseen");
});

await withPeer("node:http2 counts no PINGs", "node:http2", {}, async (port) => {
  const report = await probe(`127.0.0.1:${port}`, OPTIONS);
  const { enforcement, stack } = report.measured;
  assertEquals(stack?.name, "node:http2 (grpc-js, connect-node)");
  assertEquals(enforcement?.withStream?.kind, "none");
  assertEquals(enforcement?.withoutStream.kind, "none");
  assertEquals(enforcement?.kicks, 0);
});

await withPeer(
  "grpc-go tells when it retires connections, and is polite about it",
  "grpc-go",
  {
    maxConnectionIdle: 1_500,
    maxConnectionAge: 3_000,
    maxConnectionAgeGrace: 1_000,
  },
  async (port) => {
    const { streamMethod } = OPTIONS;
    const report = await probe(`127.0.0.1:${port}`, {
      wait: 8_000,
      streamMethod: streamMethod!,
    });
    const { idle, withStream, manners } = report.measured.lifetimes!;
    assert(idle?.kind === "retired" && withStream?.kind === "retired");
    assertEquals(idle.goaway.debug, "max_idle");
    assertEquals(withStream.goaway.debug, "max_age");
    assertEquals([manners?.isAnnounced, manners?.hasBarrier], [true, true]);
    assertEquals(manners?.hasEnded, true);
  },
);

for (const kind of [nginx, haproxy, nghttpx, envoy]) {
  const found = await kind.find();
  if ("missing" in found) {
    const [why] = found.missing.split("\n");
    const name = `doctor probe: through ${kind.name} (skipped: ${why})`;
    Deno.test({ name, ignore: true, fn: () => {} });
    continue;
  }
  await withPeer(
    `through ${kind.name} it is the proxy that is measured, and that is said`,
    "grpc-go",
    { minTime: MIN_TIME },
    async (port) => {
      await using proxy = await RunningProxy.start(kind, found.program, {
        backend: port,
      });
      const report = await probe(`127.0.0.1:${proxy.route.port}`, OPTIONS);
      assertEquals(report.measured.stack, { name: kind.name, isProxy: true });
      assertEquals(report.measured.hop?.kind, "proxy");
      assert(
        report.verdict.startsWith("This measures a proxy, not the server"),
        report.verdict,
      );
      const finding = report.findings.find(({ id }) => id === "proxy");
      assertEquals(finding?.severity, "warning");
      console.log(`  ${finding?.arithmetic}`);
      console.log(`  PINGs: ${report.measured.enforcement?.withStream?.kind}`);
    },
  );
}

/** A test against a stack; it is ignored, by name, where that cannot be had. */
async function withPeer(
  what: string,
  stack: string,
  flags: PeerServerFlags,
  run: (port: number, server: PeerProcess) => Promise<void>,
): Promise<void> {
  const peer = peers.find(({ name }) => name === stack)!;
  const preparation = await peer.prepare();
  if (!preparation.available) {
    const [why] = preparation.why.split("\n");
    const name = `doctor probe: ${what} (skipped: ${why})`;
    Deno.test({ name, ignore: true, fn: () => {} });
    return;
  }
  Deno.test(`doctor probe: ${what}`, async () => {
    await using server = await PeerProcess.server(preparation, flags);
    await run(server.port, server);
  });
}

/** MinTime lies between what was too short and what was enough. */
function requireBracket(
  rule: RuleResult | undefined,
  kickedBy: readonly number[],
  report: ProbeReport,
): void {
  const what = JSON.stringify(report.measured.enforcement, null, 1);
  assert(rule?.kind === "enforced", what);
  console.log(
    `  quick PING ${rule.kickedBy} too many, ${
      rule.above.toFixed(0)
    } < MinTime <= ${rule.atMost.toFixed(0)} ms`,
  );
  assert(kickedBy.includes(rule.kickedBy), what);
  assert(rule.above >= 1_000 && rule.above < MIN_TIME + SLACK, what);
  assert(rule.atMost > MIN_TIME - SLACK && rule.atMost < 3_200, what);
}

/** At most two for each rule, and as many as the server tells of. */
async function requireKicks(
  { measured }: ProbeReport,
  server: PeerProcess,
): Promise<void> {
  // What it has printed has been read when it has ended.
  await server.stop();
  const { kicks = 0 } = measured.enforcement ?? {};
  assert(kicks > 0 && kicks <= 4, `${kicks} kicks`);
  const told = server.events.filter(({ type, from, code }) =>
    type === "goaway" && from === "self" && code === 11
  );
  if (told.length > 0) assertEquals(told.length, kicks);
}
