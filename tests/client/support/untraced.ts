import { CallTracers } from "../../../src/client/calls/call_tracer.ts";
import {
  SubchannelTracer,
  zeroCallCounters,
  zeroConnectionCounters,
} from "../../../src/client/connections/mod.ts";
import { systemClock } from "../../../src/runtime/mod.ts";

/** Follows calls for nobody. */
export function untraced(): CallTracers {
  return new CallTracers({
    channelId: 0,
    target: "test",
    isSecure: false,
    clock: systemClock,
    listeners: {
      call: undefined,
      message: undefined,
      channel: undefined,
      server: undefined,
    },
  }, zeroCallCounters());
}

/** Follows a subchannel for nobody. */
export function untracedSubchannel(address: string): SubchannelTracer {
  return new SubchannelTracer(address, {
    channelId: 0,
    target: "test",
    isSecure: false,
    clock: systemClock,
    listener: undefined,
    counters: zeroConnectionCounters(),
  });
}
