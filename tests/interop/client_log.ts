import type { EventLog } from "./event_log.ts";
import type { PeerEvent } from "./peers/mod.ts";

/** Waits until the client has seen a GOAWAY of ours. */
export async function untilGoaway(
  log: EventLog<PeerEvent>,
  code: number,
  debug: string,
): Promise<void> {
  await log.until(
    `GOAWAY ${code} ${debug}`,
    (events) =>
      events.find((event) =>
        event.type === "goaway" && event.from === "peer" &&
        event.code === code && event.debug === debug
      ),
  );
}

/** Waits until the client has opened so many streams that it holds. */
export async function untilHeld(
  log: EventLog<PeerEvent>,
  count: number = 1,
): Promise<void> {
  await log.until(
    `${count} open streams`,
    (events) =>
      events.filter(({ type, open }) => type === "held" && open).at(count - 1),
  );
}

/** Waits until the client has lost the stream that it held, and tells the status. */
export async function untilLost(
  log: EventLog<PeerEvent>,
): Promise<number | undefined> {
  const { code } = await log.until(
    "lost stream",
    (events) =>
      events.find(({ type, open }) => type === "held" && open === false),
  );
  return code;
}
