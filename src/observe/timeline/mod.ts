/**
 * Pictures of connections over time.
 *
 * @module
 */
export { laneOf } from "./lane.ts";
export { renderTimeline, type TimelineOptions } from "./render_timeline.ts";
