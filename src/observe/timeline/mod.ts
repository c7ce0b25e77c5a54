/**
 * Pictures of connections over time.
 *
 * @module
 */
export { sleepsOf } from "./ending.ts";
export { laneOf } from "./lane.ts";
export { renderTimeline, type TimelineOptions } from "./render_timeline.ts";
