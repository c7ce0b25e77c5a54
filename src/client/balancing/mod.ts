/**
 * Load balancing: which connections there are, and which one a call gets.
 *
 * @module
 */
export type { Balancer } from "./balancer.ts";
export { PickFirst } from "./pick_first.ts";
export { RoundRobin } from "./round_robin.ts";
