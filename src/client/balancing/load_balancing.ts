import type { Balancer, BalancerOwner } from "./balancer.ts";
import { PickFirst } from "./pick_first.ts";
import { RoundRobin } from "./round_robin.ts";

/** How calls are spread over addresses. */
export type LoadBalancing =
  /** The first address that answers takes all. */
  | "pick_first"
  /** All addresses take turns. */
  | "round_robin";

/** Makes a balancer that knows no addresses yet. */
export function balancerOf(
  policy: LoadBalancing,
  owner: BalancerOwner,
): Balancer {
  return policy === "pick_first" ? new PickFirst(owner) : new RoundRobin(owner);
}
