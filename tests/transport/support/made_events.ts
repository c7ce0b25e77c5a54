import { EventLog } from "../../../src/connection/event_log.ts";

/** How many events of each type are made, by whatever connection. */
export type MadeEvents = Map<string, number>;

/** Counts the event objects that are made while a body runs. */
export async function countEvents(
  body: (made: MadeEvents) => Promise<void>,
): Promise<MadeEvents> {
  const made: MadeEvents = new Map();
  const { push } = EventLog.prototype;
  EventLog.prototype.push = function (event): void {
    made.set(event.type, (made.get(event.type) ?? 0) + 1);
    push.call(this, event);
  };
  try {
    await body(made);
  } finally {
    EventLog.prototype.push = push;
  }
  return made;
}
