import { CallFollowers } from "../../../src/client/calls/mod.ts";
import { zeroChannelCounters } from "../../../src/client/connections/mod.ts";
import { systemClock } from "../../../src/runtime/mod.ts";

/** Follows calls for nobody. */
export function unfollowed(): CallFollowers {
  return new CallFollowers({
    channelId: 0,
    target: "test",
    clock: systemClock,
    listeners: { call: undefined, message: undefined, channel: undefined },
    counters: zeroChannelCounters(),
  });
}
