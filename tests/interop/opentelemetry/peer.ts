/**
 * Other stacks with their instrumentation, as servers or clients.
 *
 * @module
 */
import { PeerProcess, prepareGoOtel, prepareGrpcJsOtel } from "../peers/mod.ts";
import type { Preparation } from "../peers/mod.ts";
import type { Telemetry } from "./collected.ts";

/** A stack with an instrumentation. */
export interface Instrumented {
  readonly name: string;
  readonly peer: Preparation;
  /** Which of several there are. */
  readonly flags: { readonly instrumentation?: "plugin" | "otelgrpc" };
}

const go = await prepareGoOtel();

/** grpc-go with its own plugin. */
export const goPlugin: Instrumented = {
  name: "grpc-go's plugin",
  peer: go,
  flags: { instrumentation: "plugin" },
};

/** grpc-go with that of OpenTelemetry. */
export const otelgrpc: Instrumented = {
  name: "grpc-go's otelgrpc",
  peer: go,
  flags: { instrumentation: "otelgrpc" },
};

/** grpc-js with that of OpenTelemetry. */
export const grpcJs: Instrumented = {
  name: "grpc-js' instrumentation",
  peer: await prepareGrpcJsOtel(),
  flags: {},
};

/** The title of a test with such a stack, which says why it is skipped. */
export function titled({ name, peer }: Instrumented, what: string): string {
  return peer.available ? `${name} ${what}` : `${name} (skipped: ${peer.why})`;
}

function startable({ peer }: Instrumented) {
  if (!peer.available) throw new Error(peer.why);
  return peer;
}

async function telemetryOf(peer: PeerProcess): Promise<Telemetry> {
  const { success } = await peer.status;
  const told = peer.events.find(({ type }) => type === "telemetry");
  if (!success || told === undefined) throw new Error(peer.stderr);
  const { metrics, text, spans } = told as unknown as Telemetry;
  return { metrics: metrics ?? [], text, spans: spans ?? [] };
}

/** Has another stack serve while something runs; resolves to what that made. */
export async function otherServer(
  stack: Instrumented,
  run: (target: string, stop: () => Promise<unknown>) => Promise<void>,
): Promise<Telemetry> {
  const flags = { ...stack.flags } as object;
  await using peer = await PeerProcess.server(startable(stack), flags);
  await run(`127.0.0.1:${peer.port}`, () => peer.stop());
  await peer.stop();
  return await telemetryOf(peer);
}

/** Has another stack make the calls of the scene; resolves to what that made. */
export async function otherClient(
  stack: Instrumented,
  target: string,
  dead?: string,
): Promise<Telemetry> {
  const flags = { ...stack.flags, target, dead };
  await using peer = PeerProcess.client(startable(stack), flags);
  return await telemetryOf(peer);
}

/** Has another stack call once; `end` is to end its connection. */
export async function otherClientUntil(
  stack: Instrumented,
  target: string,
  end: () => void,
): Promise<Telemetry> {
  const flags = { ...stack.flags, target, linger: true };
  await using peer = PeerProcess.client(startable(stack), flags);
  await peer.waitFor("called");
  end();
  return await telemetryOf(peer);
}
