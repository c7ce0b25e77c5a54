import {
  assert,
  assertEquals,
  assertGreaterOrEqual,
  assertLessOrEqual,
  assertRejects,
} from "@std/assert";
import { delay } from "@std/async";
import {
  createClient,
  GrpcError,
  Metadata,
  Status,
  type TransportEvent,
} from "../../../mod.ts";
import { nextStream } from "../cases/begun.ts";
import { cancelled, cases } from "../cases/cases.ts";
import { clientCases } from "../cases/our_client.ts";
import { milliseconds, SLACK } from "../stack.ts";
import { hold } from "./hold.ts";
import { CALLERS, type Failure, Load } from "./load.ts";
import {
  assertNone,
  type Scene,
  type SceneOptions,
  services,
  untilCount,
} from "./scene.ts";

/** What a check has to work with. */
export interface Stage {
  /** The name of the proxy. */
  readonly proxy: string;
  /** Starts a server, the proxy, and a channel to it. */
  open(options?: SceneOptions): Promise<Scene>;
}

/** One promise, and how to put it to the test. */
export interface ProxyCheck {
  /** What is promised. */
  readonly name: string;
  /** The proxies that it is about, by default all. */
  readonly only?: readonly string[];
  /** Throws if the promise is broken; tells what was measured. */
  readonly run: (stage: Stage) => Promise<string>;
}

/** Octets of metadata that every proxy passes on. */
const LARGE = 8_192;

/** Octets of metadata that no proxy here passes on. */
const TOO_LARGE = 40_960;

/** Calls whose metadata is too large, and milliseconds between them. */
const RUDE = { count: 5, every: 700 };

const WATCHFUL = {
  time: 200,
  timeout: 600,
  minimumTime: 0,
  permitWithoutStream: true,
};

/** A deadline for calls that are to be answered. */
const DEADLINE = 15_000;

/** What holds for a client and a server of ours with a proxy between them. */
export const proxyChecks: readonly ProxyCheck[] = [
  { name: "the interop cases pass through it", run: interopCases },
  { name: "a deadline ends the call at both ends", run: deadline },
  { name: "large metadata passes through it both ways", run: largeMetadata },
  {
    name: "metadata that it finds too large fails its call, the next is served",
    only: ["nginx", "nghttpx", "Envoy"],
    run: tooLarge,
  },
  {
    name: "such a call every 0.7 s costs no call that it did not cut off",
    only: ["nginx", "HAProxy"],
    run: tooLargeUnderLoad,
  },
  { name: "PINGs are answered on both sides of it", run: pings },
  { name: "its reload under load loses no call", run: reload },
  {
    name: "our max-connection-age behind it under load loses no call",
    run: maxAge,
  },
  {
    name: "GOAWAY after every 20 requests loses no call",
    only: ["nginx", "Envoy"],
    run: fewRequests,
  },
  { name: "our shutdown behind it lets a stream finish", run: shutdown },
  {
    name: "frozen, it is noticed at both ends within time + timeout",
    run: frozen,
  },
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

/**
 * HAProxy and nginx end the connection of such a call, and with it the calls
 * that they had passed on: nobody may make those again. No other may fail.
 */
async function tooLargeUnderLoad(stage: Stage): Promise<string> {
  await using scene = await stage.open();
  const isCutOff = ({ begun, at }: Failure) =>
    scene.front.events.some((event) =>
      event.type === "goaway-received" && begun <= event.at && event.at <= at
    );
  await using load = new Load(scene.test, { mayFail: isCutOff });
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
  assertLessOrEqual(length, 2 * RUDE.count);
  assertLessOrEqual(load.lost, CALLERS * length);
  return `${calls}, ${load.lost} lost with ${length} connections`;
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
    server: { keepalive: { time: 200, timeout: 10_000, minimumTime: 0 } },
  });
  await using _held = await hold(scene.test);
  const before = performance.now();
  await untilAcked(scene.front.until.bind(scene.front), 8);
  await untilAcked(scene.back.until.bind(scene.back), 4);
  const took = performance.now() - before;
  assertNone(scene.front, "goaway-received", "closed");
  assertNone(scene.back, "goaway-sent", "closed");
  return `8 and 4 in ${milliseconds(took)}`;
}

async function reload(stage: Stage): Promise<string> {
  await using scene = await stage.open();
  await using load = new Load(scene.test);
  await load.more(50);
  await scene.proxy.reload();
  await untilCount(scene.front, "established", 2);
  await load.more(100);
  // The connection of the old generation goes with its last call.
  await untilCount(scene.front, "closed", 1);
  await load.more(100);
  return await load.finish();
}

async function maxAge(stage: Stage): Promise<string> {
  await using scene = await stage.open({
    server: { keepalive: { maxConnectionAge: 300 } },
  });
  await using load = new Load(scene.test);
  const isOld = (event: TransportEvent) =>
    event.type === "draining" && event.reason === "max_age";
  await scene.back.until(
    "five old connections",
    (events) => events.filter(isOld).at(4),
  );
  await load.more(50);
  return await load.finish();
}

async function fewRequests(stage: Stage): Promise<string> {
  await using scene = await stage.open({ requestsPerConnection: 20 });
  await using load = new Load(scene.test);
  await untilCount(scene.front, "established", 10);
  await load.more(50);
  const calls = await load.finish();
  const { length } = scene.front.events.filter(({ type }) =>
    type === "established"
  );
  return `${calls}, ${length} connections`;
}

async function shutdown(stage: Stage): Promise<string> {
  await using scene = await stage.open();
  const responseParameters = Array.from({ length: 5 }, () => ({
    size: 10,
    intervalUs: 50_000,
  }));
  const replies = scene.test.StreamingOutputCall({ responseParameters }, {
    deadline: DEADLINE,
  });
  assertEquals((await replies.next()).done, false);
  const begun = performance.now();
  const down = scene.backend.server.shutdown({ grace: DEADLINE });
  assertEquals((await Array.fromAsync(replies)).length, 4);
  await down;
  const took = performance.now() - begun;
  assertLessOrEqual(took, 5 * 50 + SLACK);
  return `in ${milliseconds(took)}`;
}

async function frozen(stage: Stage): Promise<string> {
  const { time, timeout } = WATCHFUL;
  await using scene = await stage.open({
    channel: { keepalive: WATCHFUL },
    server: { keepalive: { time, timeout, minimumTime: 0 } },
  });
  await using held = await hold(scene.test);
  await untilAcked(scene.front.until.bind(scene.front), 2);
  await untilAcked(scene.back.until.bind(scene.back), 2);
  const worker = await scene.proxy.worker();
  const begun = performance.now();
  Deno.kill(worker, "SIGSTOP");
  let took: number;
  try {
    for (const log of [scene.front, scene.back]) {
      const { reason } = await untilCount(log, "closed", 1);
      assertEquals(reason.kind, "keepalive-timeout");
      assertGreaterOrEqual(reason.at - reason.lastReadAt, time + timeout);
    }
    took = performance.now() - begun;
    assertLessOrEqual(took, time + timeout + SLACK);
    await assertStatus(held.lost(), Status.UNAVAILABLE);
  } finally {
    Deno.kill(worker, "SIGCONT");
  }
  const again = { waitForReady: true, deadline: DEADLINE };
  assertEquals(await scene.test.EmptyCall({}, again), {});
  return `in ${milliseconds(took)}`;
}

type Until = Scene["front"]["until"];

async function untilAcked(until: Until, count: number): Promise<void> {
  await until(
    `${count} acknowledged PINGs`,
    (events) =>
      events.filter((event) =>
        event.type === "ping-acked" && event.purpose === "keepalive"
      ).at(count - 1),
  );
}

/** A handler learns a moment after its client. */
async function untilAborted(scene: Scene, count: number): Promise<void> {
  const { aborted } = scene.backend;
  await scene.proxy.until(
    `abort of ${count} calls at the server`,
    () => Promise.resolve(aborted.length >= count || undefined),
  );
}

async function assertStatus(
  call: Promise<unknown>,
  code: number,
): Promise<void> {
  const error = await assertRejects(() => call, GrpcError);
  assertEquals(error.code, code, error.message);
}

function nameOf(code: number): string {
  const [name] = Object.entries(Status).find(([, value]) => value === code) ??
    [String(code)];
  return name;
}
