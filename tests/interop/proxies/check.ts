import { assertEquals, assertRejects } from "@std/assert";
import { GrpcError } from "../../../mod.ts";
import type { TransportEvent } from "../../../src/transport/mod.ts";
import type { ConnectionLog, Scene, SceneOptions } from "./scene.ts";

/** What a check has to work with. */
export interface Stage {
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

/** A deadline for calls that are to be answered. */
export const DEADLINE = 15_000;

/** Keepalive that notices soon. */
export const WATCHFUL = {
  time: 200,
  timeout: 600,
  minimumTime: 0,
  permitWithoutStream: true,
};

/** What a server allows, and says so, whose clients have such a keepalive. */
export const LENIENT = { minTime: 0, permitWithoutStream: true };

/** Waits until so many keepalive PINGs have been acknowledged. */
export async function untilAcked(
  log: ConnectionLog,
  count: number,
): Promise<void> {
  const isAck = (event: TransportEvent) =>
    event.type === "ping-acked" && event.purpose === "keepalive";
  await log.until(
    `${count} acknowledged PINGs`,
    (events) => events.filter(isAck).at(count - 1),
  );
}

/** Asserts that a call fails with a status. */
export async function assertStatus(
  call: Promise<unknown>,
  code: number,
): Promise<void> {
  const error = await assertRejects(() => call, GrpcError);
  assertEquals(error.code, code, error.message);
}
