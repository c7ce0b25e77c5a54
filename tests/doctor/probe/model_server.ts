import {
  encodeData,
  encodeGoaway,
  encodeHeaders,
  encodePing,
  encodeSettings,
  encodeSettingsAck,
  encodeWindowUpdate,
  ErrorCode,
  type Frame,
  FrameType,
  type FrameWriter,
} from "../../../src/frames/mod.ts";
import { HpackEncoder } from "../../../src/hpack/mod.ts";
import type { VirtualClock } from "../../harness/virtual_clock.ts";
import type { FrameHandler } from "./frame_server.ts";

/** How a server counts PINGs; what gRPC stacks do differently. */
export interface Policy {
  /** Milliseconds that must lie between two PINGs. */
  readonly minTime: number;
  /** Early PINGs that are borne; `Infinity` for a server that counts none. */
  readonly budget: number;
  /** Whether that holds without a stream, too; else it takes two hours. */
  readonly permit: boolean;
  /**
   * grpc-go measures from the last PING, and the first is free; grpc-java from
   * the last that was not early, at first and after a response from when the
   * connection was made; gRPC Core is as grpc-go, and begins anew where it
   * writes a WINDOW_UPDATE.
   */
  readonly manner: "go" | "java" | "core";
  /** With which PING of a connection Core does so; 0 for none, 1 if absent. */
  readonly clearsAt?: () => number;
}

const TWO_HOURS = 7_200_000;

/** Counts the PINGs of one connection, and knows just one streaming method. */
export class ModelServer implements FrameHandler {
  readonly #clock: VirtualClock;
  readonly #policy: Policy;
  readonly #onKick: () => void;
  readonly #hpack = new HpackEncoder();
  readonly #streams = new Set<number>();
  readonly #madeAt: number;
  #lastPing: number;
  #strikes = 0;
  #isFree = false;
  readonly #clearsAt: number;
  #pings = 0;
  #isOver = false;

  constructor(clock: VirtualClock, policy: Policy, onKick: () => void) {
    this.#clock = clock;
    this.#policy = policy;
    this.#onKick = onKick;
    this.#madeAt = clock.now();
    this.#clearsAt = policy.clearsAt?.() ?? 1;
    this.#lastPing = policy.manner === "java" ? this.#madeAt : -Infinity;
  }

  greet(writer: FrameWriter): void {
    const isCore = this.#policy.manner === "core";
    encodeSettings(writer, isCore ? [[0xfe03, 1]] : []);
  }

  on(frame: Frame, writer: FrameWriter): boolean {
    if (this.#isOver) return true;
    switch (frame.type) {
      case FrameType.SETTINGS:
        if (!frame.ack) encodeSettingsAck(writer);
        return false;
      case FrameType.HEADERS:
        this.#answer(frame.streamId, writer);
        return false;
      case FrameType.RST_STREAM:
        this.#streams.delete(frame.streamId);
        return false;
      case FrameType.PING:
        if (frame.ack) return false;
        encodePing(writer, true, frame.opaqueData);
        return this.#count(writer);
      default:
        return false;
    }
  }

  /** Each call gets one message, and then nothing. */
  #answer(streamId: number, writer: FrameWriter): void {
    this.#streams.add(streamId);
    const block = this.#hpack.encode([
      [":status", "200"],
      ["content-type", "application/grpc"],
    ]);
    encodeHeaders(writer, streamId, block, false, true);
    encodeData(writer, streamId, Uint8Array.of(0, 0, 0, 0, 2, 8, 1), false);
    this.#isFree = true;
  }

  /** Whether this PING is one too many. */
  #count(writer: FrameWriter): boolean {
    const isEarly = this.#isEarly();
    if (this.#isCleared(writer) || !isEarly) return false;
    if (++this.#strikes <= this.#policy.budget) return false;
    this.#isOver = true;
    this.#onKick();
    const text = new TextEncoder().encode("too_many_pings");
    encodeGoaway(writer, 1, ErrorCode.ENHANCE_YOUR_CALM, text);
    return true;
  }

  /** Whether Core writes a WINDOW_UPDATE with the answer to this PING. */
  #isCleared(writer: FrameWriter): boolean {
    const isCore = this.#policy.manner === "core";
    if (++this.#pings !== this.#clearsAt || !isCore) return false;
    encodeWindowUpdate(writer, 0, 1);
    this.#isFree = true;
    return true;
  }

  #isEarly(): boolean {
    const { minTime, permit, manner } = this.#policy;
    const now = this.#clock.now();
    const isAlone = this.#streams.size === 0 && !permit;
    const needed = isAlone ? Math.max(minTime, TWO_HOURS) : minTime;
    const isJava = manner === "java";
    if (this.#isFree) {
      this.#strikes = 0;
      this.#lastPing = isJava ? this.#madeAt : -Infinity;
    }
    this.#isFree = false;
    const isEarly = now - this.#lastPing < needed;
    if (!isEarly || !isJava) this.#lastPing = now;
    return isEarly;
  }
}
