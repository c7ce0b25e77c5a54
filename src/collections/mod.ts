/**
 * Collections whose every step costs the same, however many there are.
 *
 * @module
 */
export { Alike } from "./alike.ts";
export { Fifo } from "./fifo.ts";
export { type Due, DueHeap } from "./due_heap.ts";
export { Few, type FewOf } from "./few.ts";
export { growOctets } from "./grow_octets.ts";
export { LateMap, LateSet } from "./late.ts";
export { type InLine, Line } from "./line.ts";
export { NO_OCTETS } from "./no_octets.ts";
export { Spares } from "./spares.ts";
export { StreamMap } from "./stream_map.ts";
