/**
 * Clocks, timers, turns of the event loop, and the reports of what fails.
 *
 * @module
 */
export {
  type Clock,
  type PlannedTimer,
  requireClock,
  type Timed,
} from "./clock.ts";
export { reportFault } from "./fault.ts";
export { collectGarbage, ShortLived } from "./garbage.ts";
export { type LagListener, LoopWatch, loopWatch } from "./loop_watch.ts";
export { nextId } from "./next_id.ts";
export { onAbort } from "./on_abort.ts";
export { randomOption } from "./random.ts";
export { promiseOf, type Settling } from "./settling.ts";
export { planTimed, systemClock } from "./system_clock.ts";
export { tell } from "./tell.ts";
export { pause, within } from "./time_limit.ts";
export { type Lenient, Timer } from "./timer.ts";
export {
  nextTurn,
  type Stepper,
  turnForOthers,
  TurnShare,
  whenServed,
} from "./turn.ts";
export { warnUnheard } from "./warnings.ts";
