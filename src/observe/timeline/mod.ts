/**
 * Pictures of connections over time.
 *
 * @module
 */
export { renderTimeline, type TimelineOptions } from "./render_timeline.ts";
