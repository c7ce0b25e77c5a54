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

/** The texts of an address, for as long as no other one is asked for. */
class AddressTexts {
  readonly #begin: string;
  #address: string | undefined;
  #text = "";

  constructor(begin: string) {
    this.#begin = begin;
  }

  /** Of thousands of channels most lead to one address: they have one text. */
  of(address: string): string {
    if (address !== this.#address) this.#text = `${this.#begin} ${address}`;
    this.#address = address;
    return this.#text;
  }
}

const CONNECTING = new AddressTexts("connecting to");
const CONNECTED = new AddressTexts("connected to");

/**
 * What an attempt to connect is called.
 *
 * @param wait Milliseconds until it begins.
 * @param why What they are for.
 */
export function connectingText(
  address: string,
  wait: number,
  why: string | undefined,
): string {
  const text = CONNECTING.of(address);
  return wait > 0 ? `${text} in ${wait} ms, as ${why}` : text;
}

/** What an attempt came to. */
export function connectedText(address: string): string {
  return CONNECTED.of(address);
}
