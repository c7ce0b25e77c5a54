import type { Link } from "../link.ts";

/**
 * Quick PINGs after which a server is taken for one that counts none: most allow
 * two early ones, the first is free but with grpc-java, and gRPC Core begins anew
 * where it writes a WINDOW_UPDATE.
 */
export const MOST_PINGS = 12;

/** What quick PINGs on a connection came to. */
export type Calibration =
  /**
   * The PING with this number, from 1, since the server last cleared its
   * strikes was answered with `too_many_pings`; they
   * were `pace` milliseconds apart.
   */
  | { readonly kind: "kicked"; readonly pings: number; readonly pace: number }
  /** All were answered, `pace` milliseconds apart. */
  | { readonly kind: "none"; readonly pings: number; readonly pace: number }
  /** The connection ended in another way. */
  | { readonly kind: "failed"; readonly why: string };

/** Finds out how many PINGs in a row a server bears. */
export async function calibrate(link: Link): Promise<Calibration> {
  for (let pings = 1; pings <= MOST_PINGS; pings++) {
    const outcome = await link.ping();
    switch (outcome.kind) {
      case "struck":
        return {
          kind: "kicked",
          pings: numberOf(pings, outcome, link),
          pace: paceOf(pings, link),
        };
      case "silent":
        return { kind: "failed", why: `PING ${pings} was not answered` };
      case "ended":
        return { kind: "failed", why: outcome.why };
    }
  }
  return { kind: "none", pings: MOST_PINGS, pace: paceOf(MOST_PINGS, link) };
}

function paceOf(pings: number, { firstPingAt, lastPingAt }: Link): number {
  return (lastPingAt - firstPingAt) / Math.max(1, pings - 1);
}

/**
 * Which PING a server has taken for one too many: the last, or that before if
 * the last is unanswered, and was sent so lately that no answer can have come.
 */
function numberOf(
  sent: number,
  { at, acks }: { readonly at: number; readonly acks: number },
  { lastPingAt, fastestRtt, pingsInRow }: Link,
): number {
  const isLate = acks < sent && at - lastPingAt < fastestRtt / 2;
  return isLate ? pingsInRow - 1 : pingsInRow;
}
