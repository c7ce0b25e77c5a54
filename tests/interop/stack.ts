import { quote } from "./event_log.ts";
import {
  type AvailablePeer,
  type PeerClientFlags,
  PeerProcess,
  type PeerServerFlags,
} from "./peers/mod.ts";

/** How a server says why it retires a connection: code and debug data of its GOAWAY. */
export interface CloseMode {
  /** The error code. */
  readonly code: number;
  /** The debug data. */
  readonly debug: string;
}

/** What is known of a gRPC stack; times in milliseconds. */
export interface Stack {
  /** Its name among the peers. */
  readonly name: string;

  /** The role that it leaves to another stack here. */
  readonly lacks?: "server" | "client";

  /** Whether its server shows out clients that send too many PINGs. */
  readonly showsOut: boolean;
  /** What its server says when it is told to stop. */
  readonly gracefulStop: CloseMode;
  /** What its server says to an idle client, if it retires any. */
  readonly maxIdle?: CloseMode;
  /** What its server says to an old connection, if it retires any. */
  readonly maxAge?: CloseMode;
  /** The shortest time that its server accepts for the two. */
  readonly shortestLimit?: number;
  /** PINGs at once that its server bears under its default policy. */
  readonly freePings: number;
  /** A keepalive time that its server accepts. */
  readonly serverTime: number;
  /** How many of its PINGs to watch. */
  readonly serverPings: number;

  /** Whether its client has no connection without a call, and makes one. */
  readonly callsFirst?: boolean;
  /** A keepalive time that its client accepts. */
  readonly clientTime: number;
  /** How many of its PINGs to watch. */
  readonly clientPings: number;
  /** The status of its calls that are cut off, unless it is UNAVAILABLE. */
  readonly cutOff?: number;
  /** Whether its client doubles that time once it was shown out. */
  readonly slowsDown: boolean;
}

/** A stack under test, and the processes that were started for it. */
export class Subject {
  /** What is known of the stack. */
  readonly stack: Stack;
  readonly #peer: AvailablePeer;
  readonly #started: PeerProcess[] = [];

  /** Nothing is started yet. */
  constructor(stack: Stack, peer: AvailablePeer) {
    this.stack = stack;
    this.#peer = peer;
  }

  /** Starts its server and waits until it listens. */
  async server(flags: PeerServerFlags = {}): Promise<PeerProcess> {
    return this.#remember(await PeerProcess.server(this.#peer, flags));
  }

  /** Starts its client. */
  client(flags: PeerClientFlags): PeerProcess {
    return this.#remember(PeerProcess.client(this.#peer, flags));
  }

  /** What the processes have reported. */
  story(): string {
    return this.#started.map(({ events }) => quote(events)).join("\n\n");
  }

  #remember(process: PeerProcess): PeerProcess {
    this.#started.push(process);
    return process;
  }
}

/** One promise, and how to put it to the test. */
export interface Check {
  /** What is promised. */
  readonly name: string;
  /** What a stack must have for it. */
  readonly needs?: "maxIdle" | "maxAge";
  /** Throws if the promise is broken; tells what was measured. */
  readonly run: (subject: Subject) => Promise<string>;
}

/**
 * Milliseconds by which a busy machine may be late. All that is awaited takes
 * minutes, or for ever, when it is not noticed.
 */
export const SLACK = 1_500;

/** A duration for people. */
export function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
}
