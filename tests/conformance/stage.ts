import {
  encodeContinuation,
  encodeData,
  encodeFrame,
  encodeHeaders,
  encodeRstStream,
  errorCodeName,
  Flag,
  FrameType,
  FrameWriter,
  type RstStreamFrame,
} from "../../src/frames/mod.ts";
import { type HeaderField, HpackEncoder } from "../../src/hpack/mod.ts";
import { clientParameters, serverParameters } from "../../src/session/mod.ts";
import { hex, octets } from "../harness/octets.ts";
import { FIELDS, ScriptedPeer } from "../harness/scripted_peer.ts";

/** Which end of ours is tried; the peer that breaks a rule is the other one. */
export type Role = "client" | "server";

const HEADS: Record<Role, readonly HeaderField[]> = {
  client: [[":status", "200"]],
  server: FIELDS as readonly HeaderField[],
};

/**
 * A session with one stream in each state, against a peer that breaks rules.
 * What can be told of the peer is told of its messages: requests, if this end
 * is the server.
 */
export class Stage {
  readonly role: Role;
  readonly peer: ScriptedPeer;
  /** The peer has sent the head of its message, and may go on. */
  readonly open = 1;
  /** Another one, whose fate tells the scope of an error. */
  readonly neighbour = 3;
  /** The peer has sent all of its message: half-closed (remote). */
  readonly done = 5;
  /** This end has reset it: closed. */
  readonly reset = 7;
  /** Both ends have ended it: closed. */
  readonly closed = 9;
  /** The next message of the peer is its first one on this stream. */
  readonly fresh = 11;
  /** Nobody has used it. */
  readonly idle: number;
  readonly #encoder = new HpackEncoder();

  /** Sets the streams up, unless the peer is to say something else first. */
  constructor(role: Role, greets = true) {
    this.role = role;
    this.idle = role === "client" ? 13 : 11;
    this.peer = new ScriptedPeer(
      role === "client" ? clientParameters() : serverParameters(),
    );
    if (!greets) return;
    this.peer.handshake();
    for (const id of [1, 3, 5, 7, 9, ...(role === "client" ? [11] : [])]) {
      this.#begin(id);
    }
    const end = role === "client" ? [":status", "200"] as const : undefined;
    this.peer.command((session, now) => {
      session.streams.reset(this.reset, 8, now);
      if (end === undefined) {
        session.streams.sendHeaders(
          this.closed,
          [[":status", "200"]],
          true,
          now,
        );
      } else {session.streams.sendData(
          this.closed,
          new Uint8Array(0),
          true,
          now,
        );}
    });
    this.peer.sent.length = 0;
    this.peer.events.length = 0;
  }

  #begin(id: number): void {
    if (this.role === "client") {
      this.peer.command((session, now) =>
        session.streams.open(FIELDS, false, now)
      );
      if (id === this.fresh) return;
    }
    const ends = id === this.done || id === this.closed;
    this.say((writer) => encodeHeaders(writer, id, this.head(), ends, true));
  }

  /** The block of a head, with more fields. */
  head(...more: HeaderField[]): Uint8Array {
    return this.block(...HEADS[this.role], ...more);
  }

  /** The block of just these fields. */
  block(...fields: HeaderField[]): Uint8Array {
    return this.#encoder.encode(fields);
  }

  /** The peer says frames. */
  say(encode: (writer: FrameWriter) => void): void {
    this.peer.say(encode);
  }

  /** The peer says octets, given as hexadecimal digits. */
  octets(digits: string): void {
    this.peer.receive(octets(digits));
  }

  /** The peer says a frame of any kind. */
  frame(type: number, flags: number, id: number, digits: string): void {
    this.say((writer) => encodeFrame(writer, type, flags, id, octets(digits)));
  }

  /** The peer begins a message with a block. */
  begin(block: Uint8Array, endStream = false): void {
    this.say((writer) =>
      encodeHeaders(writer, this.fresh, block, endStream, true)
    );
  }

  /** The peer sends a block that is not complete. */
  beginBlock(): void {
    this.say((writer) =>
      encodeHeaders(writer, this.fresh, this.head(), false, false)
    );
  }

  /** The peer goes on with a block. */
  continueBlock(id: number, block: Uint8Array, ends: boolean): void {
    this.say((writer) => encodeContinuation(writer, id, block, ends));
  }

  /** The peer sends trailers. */
  trailers(id: number, block: Uint8Array, endStream = true): void {
    this.say((writer) => encodeHeaders(writer, id, block, endStream, true));
  }

  /** The peer sends DATA. */
  data(id: number, length: number, endStream = false): void {
    this.say((writer) =>
      encodeData(writer, id, new Uint8Array(length), endStream)
    );
  }

  /**
   * What came of it: the error, and that the neighbour goes on unless the
   * connection has ended.
   */
  outcome(): string {
    const goaway = this.peer.goaways.at(-1)?.frame;
    if (this.peer.closedAt !== undefined) {
      return `connection ${errorCodeName(goaway?.errorCode ?? 0)}`;
    }
    const resets = this.peer.framesOf(FrameType.RST_STREAM).map(({ frame }) =>
      frame as RstStreamFrame
    );
    this.peer.events.length = 0;
    this.trailers(this.neighbour, this.block());
    const goesOn = this.peer.eventsOf("headers").some(({ streamId }) =>
      streamId === this.neighbour
    );
    if (!goesOn) return "nothing, but the neighbour is lost";
    if (resets.length === 0) return "none";
    return resets.map(({ streamId, errorCode }) =>
      `stream ${this.#nameOf(streamId)} ${errorCodeName(errorCode)}`
    ).join(", ");
  }

  /**
   * This end has sent an acknowledgement since the streams were set up.
   *
   * @throws {Error} If it has not.
   */
  requireSent(type: number, opaqueData?: string): void {
    const isThere = this.peer.sent.some(({ frame }) =>
      frame.type === type && "ack" in frame && frame.ack &&
      (opaqueData === undefined ||
        "opaqueData" in frame && hex(frame.opaqueData) === opaqueData)
    );
    if (!isThere) throw new Error("There is no acknowledgement");
  }

  #nameOf(id: number): string {
    const names = {
      1: "open",
      5: "done",
      7: "reset",
      9: "closed",
      11: "fresh",
    };
    return names[id as keyof typeof names] ?? String(id);
  }
}

/** The flags of frames. */
export const { END_HEADERS, END_STREAM, PADDED, PRIORITY } = Flag;

/** Resets a stream as the peer does. */
export function rst(writer: FrameWriter, id: number, code: number): void {
  encodeRstStream(writer, id, code);
}

export { FrameType, FrameWriter };
