import { CallFollowers } from "../../../src/client/calls/mod.ts";
import {
  SubchannelFollower,
  zeroChannelCounters,
} from "../../../src/client/connections/mod.ts";
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

/** Follows a subchannel for nobody. */
export function unfollowedSubchannel(address: string): SubchannelFollower {
  return new SubchannelFollower(address, {
    channelId: 0,
    clock: systemClock,
    listener: undefined,
    counters: zeroChannelCounters(),
  });
}
