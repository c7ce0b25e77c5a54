import { CallTracers } from "../../../src/client/calls/call_tracer.ts";
import {
  SubchannelTracer,
  zeroCallCounters,
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

/** What is counted of the connections of a channel that has had none. */
export const NOTHING_COUNTED = {
  connectionAttemptsSucceeded: 0,
  connectionAttemptsFailed: 0,
  disconnections: 0,
  suspicions: 0,
};

/** Follows a subchannel for nobody. */
export function untracedSubchannel(address: string): SubchannelTracer {
  return new SubchannelTracer(address, {
    channelId: 0,
    target: "test",
    isSecure: false,
    clock: systemClock,
    listener: undefined,
    ...NOTHING_COUNTED,
  });
}
