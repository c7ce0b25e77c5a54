/**
 * Clocks, timers, turns of the event loop, and the reports of what fails.
 *
 * @module
 */
export { type Clock, systemClock } from "./clock.ts";
export { reportFault } from "./fault.ts";
export { collectGarbage, ShortLived } from "./garbage.ts";
export { Later } from "./later.ts";
export { LazyTimer } from "./lazy_timer.ts";
export { nextId } from "./next_id.ts";
export { onAbort } from "./on_abort.ts";
export { tell } from "./tell.ts";
export { LONGEST_DELAY, pause, within } from "./time_limit.ts";
export { nextTurn, turnForOthers, TurnShare } from "./turn.ts";
export { warnUnheard } from "./warnings.ts";
