import {
  assert,
  assertEquals,
  assertGreaterOrEqual,
  assertLessOrEqual,
  assertRejects,
} from "@std/assert";
import { delay } from "@std/async";
import { createClient, GrpcError, Metadata, Status } from "../../../mod.ts";
import { nextStream } from "../cases/begun.ts";
import { cancelled, cases } from "../cases/cases.ts";
import { clientCases } from "../cases/our_client.ts";
import { milliseconds } from "../stack.ts";
import {
  assertStatus,
  DEADLINE,
  LENIENT,
  type ProxyCheck,
  type Stage,
  untilAcked,
  WATCHFUL,
} from "./check.ts";
import { hold } from "./hold.ts";
import { Load } from "./load.ts";
import { assertNone, type Scene, services } from "./scene.ts";

/** Octets of metadata that every proxy passes on. */
const LARGE = 8_192;

/** Octets of metadata that no proxy here passes on. */
const TOO_LARGE = 40_960;

/** Calls whose metadata is too large, and milliseconds between them. */
const RUDE = { count: 5, every: 700 };

/** What passes through a proxy, and what does not. */
export const trafficChecks: readonly ProxyCheck[] = [
  { name: "the interop cases pass through it", run: interopCases },
  { name: "a deadline ends the call at both ends", run: deadline },
  { name: "large metadata passes through it both ways", run: largeMetadata },
  {
    name: "metadata that it finds too large fails its call, the next is served",
    run: tooLarge,
  },
  {
    name: "such a call every 0.7 s costs no call of others",
    only: ["nginx", "HAProxy"],
    run: tooLargeUnderLoad,
  },
  { name: "PINGs are answered on both sides of it", run: pings },
];

async function interopCases(stage: Stage): Promise<string> {
  await using scene = await stage.open();
  const unimplemented = createClient(
    services.unimplementedService,
    scene.channel,
  );
  for (const { name, runs = name } of cases) {
    const compression = runs === name ? "identity" : "gzip";
    const { aborted, server } = scene.backend;
    const before = aborted.length;
    const untilBegun = nextStream(() => server.listener.transports);
    try {
      await clientCases[runs]({ test: scene.test, unimplemented, untilBegun }, {
        compression,
        deadline: DEADLINE,
      });
    } catch (error) {
      throw new Error(`${name}: ${error}`, { cause: error });
    }
    if (cancelled.includes(name)) await untilAborted(scene, before + 1);
  }
  return `${cases.length} cases`;
}

async function deadline(stage: Stage): Promise<string> {
  await using scene = await stage.open();
  const responseParameters = [{ size: 1 }, { size: 1, intervalUs: 60_000_000 }];
  const replies = scene.test.StreamingOutputCall({ responseParameters }, {
    deadline: 1_000,
  });
  assertEquals((await replies.next()).done, false);
  const begun = performance.now();
  await assertStatus(replies.next(), Status.DEADLINE_EXCEEDED);
  await untilAborted(scene, 1);
  const [code] = scene.backend.aborted;
  assert(
    code === Status.DEADLINE_EXCEEDED || code === Status.CANCELLED,
    `${code}`,
  );
  return `in ${milliseconds(performance.now() - begun)}`;
}

async function largeMetadata(stage: Stage): Promise<string> {
  await using scene = await stage.open();
  const initial = "x".repeat(LARGE);
  const trailing = new Uint8Array(LARGE / 2).fill(0xab);
  const metadata = new Metadata();
  metadata.set("x-grpc-test-echo-initial", initial);
  metadata.set("x-grpc-test-echo-trailing-bin", trailing);
  let headers: Metadata | undefined;
  let trailers: Metadata | undefined;
  await scene.test.UnaryCall({}, {
    metadata,
    deadline: DEADLINE,
    onHeaders: (received) => headers = received,
    onTrailers: (received) => trailers = received,
  });
  assertEquals(headers?.getAll("x-grpc-test-echo-initial"), [initial]);
  assertEquals(trailers?.getAll("x-grpc-test-echo-trailing-bin"), [trailing]);
  return `${LARGE} octets`;
}

async function tooLarge(stage: Stage): Promise<string> {
  await using scene = await stage.open();
  const codes: string[] = [];
  for (let n = 0; n < RUDE.count; n++) {
    codes.push(await makeTooLargeCall(scene));
    assertEquals(await scene.test.EmptyCall({}, { deadline: DEADLINE }), {});
  }
  const { length } = scene.front.events.filter(({ type }) => type === "closed");
  return `${[...new Set(codes)]}, ${length} connections ended`;
}

/** HAProxy and nginx end the connection of such a call, with all that is on it. */
async function tooLargeUnderLoad(stage: Stage): Promise<string> {
  await using scene = await stage.open();
  await using load = new Load(scene.test);
  for (let n = 0; n < RUDE.count; n++) {
    await load.more(10);
    await makeTooLargeCall(scene);
    // It is the rate of such calls that harms the others, or does not.
    await delay(RUDE.every);
  }
  await load.more(50);
  const calls = await load.finish();
  const { length } = scene.front.events.filter(({ type }) => type === "closed");
  // The call itself is made again once, as the proxy says that it may be.
  assertGreaterOrEqual(length, RUDE.count);
  assertLessOrEqual(length, 2 * RUDE.count);
  return `${calls}, ${length} connections ended`;
}

async function makeTooLargeCall({ test }: Scene): Promise<string> {
  const metadata = new Metadata();
  metadata.set("x-large", "x".repeat(TOO_LARGE));
  const call = test.EmptyCall({}, { metadata, deadline: DEADLINE });
  return nameOf((await assertRejects(() => call, GrpcError)).code);
}

async function pings(stage: Stage): Promise<string> {
  const keepalive = { ...WATCHFUL, timeout: 10_000 };
  await using scene = await stage.open({
    channel: { keepalive },
    server: {
      keepalive: { time: 200, timeout: 10_000, minimumTime: 0 },
      enforcement: LENIENT,
    },
  });
  await using _held = await hold(scene.test);
  const before = performance.now();
  await untilAcked(scene.front, 8);
  await untilAcked(scene.back, 4);
  const took = performance.now() - before;
  assertNone(scene.front, "goaway-received", "closed");
  assertNone(scene.back, "goaway-sent", "closed");
  return `8 and 4 in ${milliseconds(took)}`;
}

/** A handler learns a moment after its client. */
async function untilAborted(scene: Scene, count: number): Promise<void> {
  const { aborted } = scene.backend;
  await scene.proxy.until(
    `abort of ${count} calls at the server`,
    () => Promise.resolve(aborted.length >= count || undefined),
  );
}

function nameOf(code: number): string {
  const [name] = Object.entries(Status).find(([, value]) => value === code) ??
    [String(code)];
  return name;
}
