import {
  ConnectionError,
  ErrorCode,
  type Frame,
  FrameType,
  frameTypeName,
} from "../frames/mod.ts";
import {
  checkClientPreface,
  checkServerGreeting,
  CLIENT_PREFACE,
} from "./preface.ts";
import type { Role } from "./role.ts";

type Phase =
  /** The client preface has not arrived whole. */
  | { readonly kind: "preface"; received: number }
  /** The first frame has not arrived whole. */
  | { readonly kind: "first-frame"; begun: boolean };

/**
 * How the peer opens the connection: the client preface, and SETTINGS as the
 * first frame of both
 * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-3.4 | RFC 9113 section 3.4}).
 */
export class Opening {
  readonly #role: Role;
  #phase: Phase;

  /** Awaits the opening of the peer of one end. */
  constructor(role: Role) {
    this.#role = role;
    this.#phase = role === "server"
      ? { kind: "preface", received: 0 }
      : { kind: "first-frame", begun: false };
  }

  /**
   * Octets of the peer arrived; answers with those that belong to frames.
   *
   * @throws {ConnectionError} If they are no HTTP/2.
   */
  frameOctets(slice: Uint8Array): Uint8Array {
    const phase = this.#phase;
    if (phase.kind === "first-frame" && !phase.begun) {
      if (this.#role === "client") checkServerGreeting(slice);
      phase.begun = slice.length > 0;
    }
    if (phase.kind !== "preface") return slice;
    const count = checkClientPreface(phase.received, slice);
    phase.received += count;
    if (phase.received === CLIENT_PREFACE.length) {
      this.#phase = { kind: "first-frame", begun: false };
    }
    return slice.subarray(count);
  }

  /**
   * The first frame arrived, and ends the opening: "[SETTINGS] MUST be the
   * first frame" (section 3.4).
   *
   * @throws {ConnectionError} PROTOCOL_ERROR, if it is another one.
   */
  requireSettings(frame: Frame): void {
    if (frame.type === FrameType.SETTINGS && !frame.ack) return;
    const name = frame.type === "extension"
      ? "an extension frame"
      : frameTypeName(frame.type);
    const peer = this.#role === "client" ? "server" : "client";
    throw new ConnectionError(
      ErrorCode.PROTOCOL_ERROR,
      `initial http2 frame from ${peer} is not a settings frame: ${name}`,
    );
  }
}
