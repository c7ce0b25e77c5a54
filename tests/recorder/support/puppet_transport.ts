import { zeroCounters } from "../../../src/session/counters.ts";
import type { SessionCounters } from "../../../src/session/mod.ts";
import type { Clock } from "../../../src/runtime/mod.ts";
import type { Transport } from "../../../src/transport/mod.ts";
import { VirtualClock } from "../../harness/virtual_clock.ts";

/** What a recorder asks of a transport, and nothing else. */
export function puppetTransport(
  id: number,
  { clock = new VirtualClock(), role = "client", counters = {} }: {
    clock?: Clock;
    role?: "client" | "server";
    counters?: Partial<SessionCounters>;
  } = {},
): Transport {
  return {
    id,
    role,
    clock,
    peer: "192.0.2.1:50051",
    counters: () => ({ ...zeroCounters(), ...counters }),
  } as unknown as Transport;
}
