import { type CallPlan, ProbeCall } from "./call.ts";
import type { Link } from "./link.ts";
import { rest } from "./rest.ts";

/** A method whose call can be held open without a word. */
export interface IdleMethod extends CallPlan {
  /** Whether the server answers with a message before it falls silent. */
  readonly answers: boolean;
}

/** Milliseconds in which a server refuses a call that it does not take. */
const REFUSAL = 250;

/**
 * Opens a stream on which nothing happens, and waits until all is quiet.
 *
 * @returns The call; `undefined` if the server does not hold it open.
 */
export async function openIdleStream(
  link: Link,
  method: IdleMethod,
): Promise<ProbeCall | undefined> {
  const { clock, signal, timeout } = link.setup;
  const { answers } = method;
  const call = ProbeCall.begin(link, method);
  if (call === undefined) return undefined;
  const { kind } = await call.reply(answers ? timeout : REFUSAL);
  const isTaken = kind === "message" || kind === "silent" && !answers;
  if (isTaken) await rest(clock, link.settle, signal);
  if (isTaken && !call.isEnded) return call;
  call.cancel();
  return undefined;
}
