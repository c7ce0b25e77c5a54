import { errorCodeName } from "../../frames/mod.ts";
import { duration } from "../../options/mod.ts";
import type { SessionState } from "../../session/mod.ts";

/**
 * Who retires a connection that drains, and why. Many proxies send a GOAWAY
 * without debug data: its code and last stream have to do then.
 *
 * @param reason The debug data.
 */
export function retirementText(state: SessionState, reason: string): string {
  const isOurs = state.kind === "draining" && state.by === "local";
  const who = isOurs ? "the client" : "the server";
  return `${who} retires the connection: ${reason || goawayOf(state)}`;
}

function goawayOf(state: SessionState): string {
  const goaway = state.kind === "draining"
    ? state.goaway
    : state.kind === "closed"
    ? state.reason.goaway
    : undefined;
  if (goaway === undefined) return "no reason was given";
  const { code, lastStreamId } = goaway;
  return `${errorCodeName(code)}, last stream ${lastStreamId}`;
}

/** Why nobody is trusted who was not heard while this machine was suspended. */
export function sleepText(slept: number): string {
  return `the machine slept for ${duration(slept)}`;
}
