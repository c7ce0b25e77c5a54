import { fieldOf } from "../../grpc/mod.ts";
import {
  parsePolicy,
  POLICY_FIELD,
  policyOfSettings,
} from "../../keepalive/mod.ts";
import { firstLink } from "./dial_failure.ts";
import {
  type EnforcementPlan,
  type EnforcementSoFar,
  measureEnforcement,
  nothingSoFar,
  resultOf,
} from "./enforcement/mod.ts";
import { originOf, stackOf } from "./fingerprint.ts";
import { hopOf } from "./hop.ts";
import { type IdleMethod, openIdleStream } from "./idle_stream.ts";
import { measureLatency } from "./latency.ts";
import { type LifetimesSoFar, watchLifetimes } from "./lifetime.ts";
import type { Link, LinkSetup } from "./link.ts";
import type { ProbeMeasurements } from "./measurements.ts";
import { type ProbeOptions, type ProbeSetup, resolveProbe } from "./options.ts";
import { type ProbeReport, reportOf } from "./report.ts";
import { askServices, idleMethodOf, type Services } from "./services.ts";

/** What has been found so far; it is added to. */
type Found = {
  -readonly [Key in keyof ProbeMeasurements]: ProbeMeasurements[Key];
};

/** Milliseconds that a measurement takes beside what it waits for. */
const BESIDE = 3_000;

/**
 * Examines a live server: whether and how fast it answers PINGs, which stack it
 * is and whether a proxy is in between, whether it has health and reflection,
 * and, if that is asked for, which PINGs are too many for it (`allowKicks`) and
 * how long connections last (`wait`).
 *
 * All of it goes over connections of its own, a few PINGs and calls to the
 * health service each. Whatever a server does, each step ends: each answer is
 * waited for `timeout` milliseconds.
 *
 * Needs `--allow-net` for the target, as `dial` does.
 *
 * @example Is a keepalive of 20 s allowed?
 * ```ts
 * import { probe } from "@keepalive/grpc/doctor";
 *
 * const probing = probe("localhost:50051", { allowKicks: true, time: 20_000 });
 * const report = await probing.catch(({ message }) => console.log(message));
 * console.log(report?.verdict);
 * ```
 *
 * @param target `host:port`, `[ipv6]:port` or `unix:path`.
 * @throws {TypeError} If the target or an option cannot be used.
 * @throws {RangeError} If the value of an option is not allowed.
 * @throws {DialError} If there is no connection to be had: why, and what to do.
 * @throws The reason of `signal`, if that is aborted before there is one.
 */
export async function probe(
  target: string,
  options: ProbeOptions = {},
): Promise<ProbeReport> {
  const setup = resolveProbe(target, options);
  const linkSetup: LinkSetup = { ...setup, random: Math.random };
  setup.onProgress({ step: "connecting", left: timeOf(setup) + BESIDE });
  const link = await firstLink(linkSetup);
  const found = greet(link);
  const partial = { enforcement: nothingSoFar(), lifetimes: noLifetimes() };
  let isComplete = false;
  try {
    const idle = await converse(link, setup, found);
    await all([
      enforce(linkSetup, setup, {
        idle,
        gaps: setup.gaps,
        origin: originOf(found.settings),
      }, partial.enforcement),
      endure(linkSetup, setup, idle, partial.lifetimes),
    ]);
    isComplete = true;
  } catch (error) {
    if (!setup.signal.aborted) throw error;
  }
  if (setup.allowKicks) found.enforcement = resultOf(partial.enforcement);
  if (setup.wait > 0) found.lifetimes = partial.lifetimes;
  return reportOf(setup, found, isComplete);
}

/** Waits for all, and throws what the first of them throws that does. */
async function all(work: readonly Promise<void>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(work)) {
    if (outcome.status === "rejected") throw outcome.reason;
  }
}

/** What is known of a connection that has just been made. */
function greet(link: Link): Found {
  const { settings, windowIncrement } = link.greeting;
  const { begunAt, openAt } = link.times;
  return {
    peer: link.transport.peer,
    alpn: link.setup.tls === false ? undefined : "h2",
    connectedIn: openAt - begunAt,
    settings,
    windowIncrement,
    stack: stackOf(settings),
    policy: policyOfSettings(settings),
    policyMetadata: undefined,
    services: undefined,
    latency: undefined,
    hop: undefined,
    headers: [],
    streamMethod: undefined,
    enforcement: undefined,
    lifetimes: undefined,
  };
}

/**
 * What a few calls and PINGs tell; resolves to a method to hold open. The
 * connection is closed after them.
 */
async function converse(
  link: Link,
  setup: ProbeSetup,
  found: Found,
): Promise<IdleMethod | undefined> {
  await using _own = link;
  const left = timeOf(setup) + BESIDE;
  setup.onProgress({ step: "asking for health and reflection", left });
  const services = found.services = await askServices(link);
  setup.onProgress({ step: "measuring PINGs and calls", left });
  const hasHealth = services.check.kind === "present";
  const latency = found.latency = await measureLatency(link, hasHealth);
  const { fastestPing, calls } = latency;
  const { headers } = link;
  found.headers = headers;
  found.policyMetadata = parsePolicy(fieldOf(headers, POLICY_FIELD) ?? "");
  found.hop = hopOf(found.stack, headers, fastestPing, calls);
  return await idleMethod(link, setup, found, services);
}

/** A method that this server holds open, if there is one. */
async function idleMethod(
  link: Link,
  setup: ProbeSetup,
  found: Found,
  services: Services,
): Promise<IdleMethod | undefined> {
  const idle = setup.streamMethod === undefined
    ? idleMethodOf(services)
    : given(setup.streamMethod);
  if (idle === undefined) return undefined;
  const stream = await openIdleStream(link, idle);
  stream?.cancel();
  if (stream === undefined) return undefined;
  found.streamMethod = idle.path;
  return idle;
}

function given(path: string): IdleMethod {
  return { path, request: undefined, endStream: false, answers: false };
}

async function enforce(
  linkSetup: LinkSetup,
  setup: ProbeSetup,
  plan: EnforcementPlan,
  found: EnforcementSoFar,
): Promise<void> {
  if (!setup.allowKicks) return;
  const left = timeOf(setup) + BESIDE;
  setup.onProgress({ step: "finding out which PINGs are too many", left });
  await measureEnforcement(linkSetup, plan, found);
}

async function endure(
  linkSetup: LinkSetup,
  setup: ProbeSetup,
  idle: IdleMethod | undefined,
  found: LifetimesSoFar,
): Promise<void> {
  if (setup.wait === 0) return;
  const left = timeOf(setup) + BESIDE;
  setup.onProgress({ step: "waiting for the end of silent connections", left });
  await watchLifetimes(linkSetup, idle, setup.wait, found);
}

/** Milliseconds that are waited for, at least. */
function timeOf({ allowKicks, gaps, wait }: ProbeSetup): number {
  return Math.max(wait, allowKicks ? gaps[0] : 0);
}

function noLifetimes(): LifetimesSoFar {
  return {
    waited: 0,
    idle: undefined,
    withStream: undefined,
    manners: undefined,
  };
}
