import type { ServeOptions } from "../../mod.ts";
import type { Attack } from "./attack.ts";

/** What has to become of a flood. */
export type Expectation =
  /** The connection is ended, with one of these codes if it could be told. */
  | { readonly kind: "ended"; readonly codes: readonly number[] }
  /** It may go on: an octet costs no more than one of an honest call. */
  | { readonly kind: "cheap" }
  /** It may go on: what it holds is bounded, and others notice nothing. */
  | { readonly kind: "held" };

/** One flood. */
export interface FloodRow {
  /** What is sent, and to whom. */
  readonly name: string;
  /** Which end is attacked. */
  readonly role: "server" | "client";
  /** What bounds it: the name in the code, and its value. */
  readonly bound: readonly [name: string, value: number | string];
  /** What has to become of it. */
  readonly expect: Expectation;
  /**
   * Octets that the process may hold for each connection, in addition, also
   * when the attacker has left: what some thousand sockets took is kept by the
   * platform's allocator for the next ones.
   */
  readonly perConnection?: number;
  /** Options of the server, other than the default. */
  server?(): Omit<ServeOptions, "port"> | Promise<Omit<ServeOptions, "port">>;
  /** Attacks. */
  attack(attack: Attack): Promise<void>;
}

/** A connection that floods is to be ended with `ENHANCE_YOUR_CALM`. */
export const CALMED: Expectation = { kind: "ended", codes: [0xb] };

/** A connection that breaks the protocol is to be ended with an error. */
export const BROKEN: Expectation = {
  kind: "ended",
  codes: [0x1, 0x3, 0x6, 0xb],
};

/** Octets cost no more than those of honest calls. */
export const CHEAP: Expectation = { kind: "cheap" };

/** What is held is bounded. */
export const HELD: Expectation = { kind: "held" };
