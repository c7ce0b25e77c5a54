import { errorCodeName } from "../../frames/mod.ts";
import { onAbort } from "../../runtime/mod.ts";
import type { DrainNotice, Transport } from "../../transport/mod.ts";

/**
 * Calls back once, when a connection takes no new calls any more: it is closed,
 * or its `draining` signal is aborted.
 *
 * @param lost Is told why, for people.
 */
export function onUnusable(
  transport: Transport,
  lost: (reason: string) => void,
): void {
  let isOver = false;
  const end = (reason: string) => {
    if (isOver) return;
    isOver = true;
    lost(reason);
  };
  transport.closed.then(({ message }) => end(message));
  const { draining } = transport;
  const retires = () => end(retirementText(transport));
  if (draining.aborted) queueMicrotask(retires);
  else onAbort(draining, retires);
}

/**
 * Who retires a connection whose `draining` signal is aborted, and why. Many
 * proxies send a GOAWAY without debug data: its code and last stream have to
 * do then.
 */
function retirementText(transport: Transport): string {
  const { state } = transport;
  const isOurs = state.kind === "draining" && state.by === "local";
  const who = isOurs ? "the client" : "the server";
  const { reason } = transport.draining.reason as DrainNotice;
  return `${who} retires the connection: ${reason || goawayOf(transport)}`;
}

function goawayOf({ state }: Transport): string {
  const goaway = state.kind === "draining"
    ? state.goaway
    : state.kind === "closed"
    ? state.reason.goaway
    : undefined;
  if (goaway === undefined) return "no reason was given";
  const { code, lastStreamId } = goaway;
  return `${errorCodeName(code)}, last stream ${lastStreamId}`;
}
