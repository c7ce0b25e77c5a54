/**
 * Pictures of connections over time.
 *
 * @module
 */
export { sleepsOf } from "./ending.ts";
export { type Band, type Lane, laneOf, type Tick } from "./lane.ts";
export { renderTimeline, type TimelineOptions } from "./render_timeline.ts";
