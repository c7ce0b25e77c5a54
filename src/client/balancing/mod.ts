/**
 * Load balancing: which connections there are, and which one a call gets.
 *
 * @module
 */
export type { ActiveState, Balancer, BalancerOwner } from "./balancer.ts";
export { balancerOf, type LoadBalancing } from "./load_balancing.ts";
