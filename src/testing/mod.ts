/**
 * For tests of one's own services: a channel to services in the same process,
 * and the network in memory below it.
 *
 * @module
 */
export {
  inProcess,
  InProcessChannel,
  type InProcessOptions,
} from "./in_process.ts";
export { MemoryNetwork } from "./memory_network.ts";
