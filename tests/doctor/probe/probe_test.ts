import { assert, assertEquals, assertRejects } from "@std/assert";
import { DialError } from "../../../mod.ts";
import { probe, type ProbeProgress } from "../../../src/doctor/mod.ts";
import type { TransportEvent } from "../../../src/transport/public.ts";
import { encodeSettings } from "../../../src/frames/mod.ts";
import { POLICY_SETTING } from "../../../src/keepalive/mod.ts";
import { ModelServer } from "./model_server.ts";
import { findingOf, Scene } from "./scene.ts";

Deno.test("without leave for kicks there is not a strike, and all else is told", async () => {
  const scene = new Scene();
  const strikes: TransportEvent[] = [];
  const server = scene.serve({
    observer: {
      connection: (event) => {
        if (event.type === "ping-strike") strikes.push(event);
      },
    },
  });
  const report = await scene.probe();
  assertEquals(strikes, []);
  assertEquals(report.isComplete, true);
  assertEquals(report.measured.stack?.name, "@keepalive/grpc");
  assertEquals(report.measured.latency?.pings, {
    count: 20,
    p50: 10,
    p90: 10,
    p99: 10,
    max: 10,
  });
  const { services, hop, enforcement } = report.measured;
  assertEquals(services?.check, { kind: "present", answer: "SERVING" });
  assertEquals(services?.watch, { kind: "present", answer: "SERVING" });
  assertEquals(services?.reflection, { kind: "absent" });
  assertEquals(services?.reflectionAlpha, { kind: "absent" });
  assertEquals(hop, { kind: "unseen", evidence: [] });
  assertEquals(enforcement, undefined);
  assertEquals(findingOf(report, "ping-answered").severity, "ok");
  assertEquals(findingOf(report, "enforcement").severity, "info");
  assertEquals(report.verdict, "PINGs are answered in 10 ms");
  await scene.until(server.shutdown());
});

Deno.test("without a health service two PINGs are sent, and one strike at most", async () => {
  const scene = new Scene();
  const strikes: TransportEvent[] = [];
  const server = scene.serve({
    observer: {
      connection: (event) => {
        if (event.type === "ping-strike") strikes.push(event);
      },
    },
  }, false);
  const report = await scene.probe();
  assert(strikes.length <= 1);
  assertEquals(report.measured.latency?.pings?.count, 2);
  assertEquals(findingOf(report, "health").severity, "info");
  await scene.until(server.shutdown());
});

Deno.test("with leave the policy of a server of this library is found, and what was provoked is told", async () => {
  const scene = new Scene();
  const server = scene.serve({ enforcement: { minTime: 20_000 } });
  const report = await scene.probe({ allowKicks: true });
  const { enforcement } = report.measured;
  assert(enforcement?.withStream?.kind === "enforced");
  const { above, atMost } = enforcement.withStream;
  assert(above > 15_000 && above < 19_000, `${above}`);
  assert(atMost > 19_000 && atMost < 21_000, `${atMost}`);
  assertEquals(enforcement.permitWithoutStream, false);
  assertEquals(
    findingOf(report, "kicks-provoked").title,
    "4 GOAWAYs too_many_pings provoked, on connections of the probe's own",
  );
  const { advice } = findingOf(report, "enforcement-with-stream");
  assertEquals(advice[0].option, "keepalive.time");
  assert(Number(advice[0].value) >= 21_000);
  assert(report.verdict.includes("none without a call"), report.verdict);
  assert(scene.clock.now() < 310_000);
  await scene.until(server.shutdown());
});

Deno.test("one question: a time is allowed, or is not, with two kicks for each rule", async () => {
  for (
    const [time, severity, verdict] of [
      [
        30_000,
        "ok",
        "PINGs are answered in 10 ms, and one every 30 s is allowed beside a call and without a call",
      ],
      [
        10_000,
        "error",
        "A PING every 10 s beside a call ends connections with too_many_pings",
      ],
    ] as const
  ) {
    const scene = new Scene();
    const server = scene.serve({
      enforcement: { minTime: 20_000, permitWithoutStream: true },
    });
    const report = await scene.probe({ allowKicks: true, time });
    assertEquals(report.severity === "error", severity === "error");
    assertEquals(
      findingOf(report, "enforcement-with-stream").severity,
      severity,
    );
    assertEquals(report.measured.enforcement?.kicks, 4);
    assertEquals(report.verdict, verdict);
    assert(scene.clock.now() < time + 5_000);
    await scene.until(server.shutdown());
  }
});

Deno.test("who waits is told of age, idleness and how the server takes leave", async () => {
  const scene = new Scene();
  const server = scene.serve({
    keepalive: {
      maxConnectionIdle: 30_000,
      maxConnectionAge: 60_000,
      maxConnectionAgeGrace: 5_000,
      maxConnectionAgeJitter: 0,
    },
  });
  const report = await scene.probe({ wait: 120_000 });
  const { idle, withStream, manners } = report.measured.lifetimes!;
  assert(idle?.kind === "retired");
  assertEquals(idle.goaway.debug, "max_idle");
  assert(idle.after >= 30_000 && idle.after < 31_000, `${idle.after}`);
  assert(withStream?.kind === "retired");
  assertEquals(withStream.goaway.debug, "max_age");
  assert(withStream.after >= 60_000 && withStream.after < 61_000);
  assertEquals([manners?.isAnnounced, manners?.hasBarrier], [true, true]);
  assertEquals(findingOf(report, "goaway-manners").severity, "ok");
  await scene.until(server.shutdown());
});

Deno.test("a path that forgets in silence is told from a server that retires", async () => {
  const scene = new Scene();
  const server = scene.serve({ keepalive: { time: Infinity } });
  const probing = scene.probe({ wait: 60_000, timeout: 5_000 });
  scene.clock.timer(30_000, () => scene.network.dark());
  const report = await probing;
  assertEquals(report.measured.lifetimes?.idle?.kind, "lost");
  const finding = findingOf(report, "lifetime-idle");
  assertEquals(finding.severity, "warning");
  assert(finding.title.includes("no answer to a PING"), finding.title);
  await scene.until(server.close());
});

Deno.test("whoever interrupts gets what is known so far", async () => {
  const scene = new Scene();
  const server = scene.serve({ enforcement: { minTime: 20_000 } });
  const stop = new AbortController();
  scene.clock.timer(100_000, () => stop.abort());
  const steps: ProbeProgress[] = [];
  const report = await scene.probe({
    allowKicks: true,
    wait: 200_000,
    signal: stop.signal,
    onProgress: (progress) => void steps.push(progress),
  });
  assert(scene.clock.now() < 102_000, `${scene.clock.now()}`);
  assertEquals(report.isComplete, false);
  assertEquals(findingOf(report, "interrupted").severity, "info");
  assertEquals(report.measured.latency?.pings?.count, 20);
  assertEquals(report.measured.enforcement?.kicks, 2);
  assert(steps.some(({ left }) => left > 300_000));
  await scene.until(server.shutdown());
});

Deno.test("whoever interrupts before there is a connection gets the reason", async () => {
  const scene = new Scene();
  scene.network.silent.add(scene.target);
  const stop = new AbortController();
  const reason = new Error("not now");
  scene.clock.timer(1_000, () => stop.abort(reason));
  const probing = scene.probe({ signal: stop.signal });
  assertEquals(await probing.catch((error) => error), reason);
});

Deno.test("nobody listens: a DialError that says so", async () => {
  const scene = new Scene();
  const error = await assertRejects(() => scene.probe(), DialError);
  assertEquals(
    error.message,
    "Cannot connect to 10.0.0.1:50051: Connection refused; nothing listens there: is the server running, is this its port, and does it listen on this address?",
  );
});

Deno.test("options that cannot be used are refused before anything is done", async () => {
  const refused: [object, typeof TypeError | typeof RangeError, string][] = [
    [{ alowKicks: true }, TypeError, 'did you mean "allowKicks"?'],
    [{ allowKicks: 1 }, TypeError, "expected true or false"],
    [{ time: 5_000 }, TypeError, "which needs allowKicks: true"],
    [{ gaps: [5_000] }, TypeError, "which needs allowKicks: true"],
    [{ allowKicks: true, gaps: [] }, RangeError, "1 to 24"],
    [{ allowKicks: true, gaps: Array(25).fill(1_000) }, RangeError, "1 to 24"],
    [{ allowKicks: true, gaps: [0] }, RangeError, "gaps[0]"],
    [{ allowKicks: true, gaps: 5_000 }, TypeError, "an array"],
    [{ allowKicks: true, time: 1e9 }, RangeError, "7260000"],
    [{ allowKicks: true, time: 1_000, gaps: [1] }, TypeError, "together"],
    [{ wait: -1 }, RangeError, "wait"],
    [{ wait: Infinity }, RangeError, "wait"],
    [{ timeout: 0 }, RangeError, "timeout"],
    [{ streamMethod: "Bidi" }, RangeError, "/package.Service/Method"],
    [{ tls: "yes" }, TypeError, "tls"],
    [{ signal: 1 }, TypeError, "AbortSignal"],
    [{ onProgress: 1 }, TypeError, "onProgress"],
    [{ clock: {} }, TypeError, "clock"],
    [{ network: {} }, TypeError, "network"],
    [{ authority: "" }, TypeError, "authority"],
  ];
  for (const [options, kind, part] of refused) {
    await assertRejects(() => probe("localhost:1", options), kind, part);
  }
  await assertRejects(() => probe("localhost"), TypeError, "port");
});

Deno.test("the policy that a server tells is read, in SETTINGS and metadata", async () => {
  const scene = new Scene();
  const server = scene.serve({
    enforcement: { minTime: 20_000, permitWithoutStream: true },
  });
  const { measured, findings } = await scene.probe();
  for (const told of [measured.policy, measured.policyMetadata]) {
    assertEquals([told?.minTime, told?.permitWithoutStream], [20_000, true]);
  }
  assertEquals(
    findings.filter(({ id }) => id.startsWith("policy-")).map(({ id }) => id),
    ["policy-settings", "policy-metadata"],
  );
  await scene.until(server.shutdown());
});

Deno.test("a policy that is told and not kept is an error", async () => {
  const scene = new Scene();
  const policy = {
    minTime: 60_000,
    budget: 2,
    permit: true,
    manner: "go",
  } as const;
  using _server = scene.script(() => {
    const model = new ModelServer(scene.clock, policy, () => {});
    return {
      greet: (writer) => encodeSettings(writer, [[POLICY_SETTING, 20_000]]),
      on: (frame, writer) => model.on(frame, writer),
    };
  });
  const report = await scene.probe({ allowKicks: true });
  assertEquals(findingOf(report, "policy-untrue").severity, "error");
  assert(report.verdict.includes("keep to the policy it tells"));
});

Deno.test("a connection that is retired while it is examined is no error", async () => {
  const scene = new Scene();
  const server = scene.serve({
    keepalive: { maxConnectionAge: 500, maxConnectionAgeGrace: 1_000 },
  });
  const report = await scene.probe();
  assertEquals(report.severity, "info");
  assertEquals(
    findingOf(report, "retired").title,
    'The connection was retired while it was examined: GOAWAY NO_ERROR "max_age"',
  );
  await scene.until(server.shutdown());
});
