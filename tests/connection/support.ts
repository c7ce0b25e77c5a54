import "../harness/thorough.ts";
import { assertEquals, assertThrows } from "@std/assert";
import {
  Connection,
  type ConnectionEvent,
  EventLog,
  type Role,
} from "../../src/connection/mod.ts";
import {
  type ConnectionCounters,
  zeroConnectionCounters,
} from "../../src/connection/counters.ts";
import {
  type ConnectionOptions,
  standalone,
} from "../../src/connection/connection_options.ts";
import type { Streams } from "../../src/connection/streams/mod.ts";
import { CLIENT_PREFACE } from "../../src/connection/preface.ts";
import {
  ConnectionError,
  encodeSettings,
  encodeSettingsAck,
  type Frame,
  FrameReader,
  FrameWriter,
  MAX_MAX_FRAME_SIZE,
  type Setting,
} from "../../src/frames/mod.ts";
import type { EncodableHeaderField, HeaderField } from "../../src/hpack/mod.ts";
import { type ConnectionMemory, MemoryQuota } from "../../src/memory/mod.ts";
import { readFrames } from "../harness/copied_frame.ts";
import { octets } from "../harness/octets.ts";

/** The field block of a request that needs no table: `POST http /`. */
export const BLOCK: Uint8Array<ArrayBuffer> = octets("838684");

/** What is in that block. */
export const FIELDS: readonly HeaderField[] = [
  [":method", "POST"],
  [":scheme", "http"],
  [":path", "/"],
];

/** The field block of a response that needs no table: `:status: 200`. */
export const RESPONSE_BLOCK: Uint8Array<ArrayBuffer> = octets("88");

/** What is in that block. */
export const RESPONSE: readonly HeaderField[] = [[":status", "200"]];

/** Trailers that say OK. */
export const TRAILERS: readonly EncodableHeaderField[] = [["grpc-status", "0"]];

/** An event without its time. */
export type Untimed<Event> = Event extends { readonly at: number }
  ? Omit<Event, "at">
  : never;

/** One end of a connection, against a peer that says what the test says. */
export class Endpoint {
  readonly connection: Connection;
  now = 0;
  readonly counters: ConnectionCounters = zeroConnectionCounters();
  readonly #events = new EventLog<ConnectionEvent>(0, true);
  readonly #reader = new FrameReader(MAX_MAX_FRAME_SIZE);
  #prefaceLeft: number;

  constructor(
    role: Role,
    options: Partial<ConnectionOptions> = {},
    memory: ConnectionMemory = new MemoryQuota().connect(),
  ) {
    const whole = {
      role,
      maxConcurrentStreams: role === "server" ? 100 : 0,
      settingsTimeout: 60_000,
      ...options,
    };
    this.connection = new Connection(
      whole,
      standalone({ memory, events: this.#events, counters: this.counters }),
    );
    this.#prefaceLeft = role === "client" ? CLIENT_PREFACE.length : 0;
  }

  /** Exchanges preface and SETTINGS, and forgets what came of it. */
  handshake(settings: readonly Setting[] = []): this {
    if (this.connection.role === "server") this.receive(CLIENT_PREFACE);
    this.say((writer) => {
      encodeSettings(writer, settings);
      encodeSettingsAck(writer);
    });
    this.takeEvents();
    return this;
  }

  /** The peer says some frames; answers with what is sent in return. */
  say(encode: (writer: FrameWriter) => void): Frame[] {
    const writer = new FrameWriter();
    encode(writer);
    return this.receive(writer.take());
  }

  /** Octets of the peer arrive; answers with what is sent in return. */
  receive(bytes: Uint8Array): Frame[] {
    this.#hear(bytes);
    return this.sent();
  }

  /** The peer says some frames; what is sent in return waits. */
  hear(encode: (writer: FrameWriter) => void): void {
    const writer = new FrameWriter();
    encode(writer);
    this.#hear(writer.take());
  }

  /** The frames that this end has sent since the last call. */
  sent(): Frame[] {
    const frames: Frame[] = [];
    for (;;) {
      const batch = this.takeBatch();
      if (batch === undefined) return frames;
      frames.push(...batch);
    }
  }

  /** The frames of one batch of output; `undefined` if there is none. */
  takeBatch(data?: number): Frame[] | undefined {
    const bytes = this.connection.takeOutput(data);
    if (bytes.length === 0) return undefined;
    const preface = Math.min(this.#prefaceLeft, bytes.length);
    this.#prefaceLeft -= preface;
    return readFrames(this.#reader, bytes.subarray(preface));
  }

  #hear(bytes: Uint8Array): void {
    this.#events.tick(this.now);
    this.connection.feed(bytes);
    while (this.connection.next(this.now) !== undefined);
  }

  /** The streams of the connection. */
  get streams(): Streams {
    return this.connection.ensureStreams();
  }

  /** Takes the events, without their times. */
  takeEvents(): Untimed<ConnectionEvent>[] {
    return this.takeStamped().map(({ at: _, ...event }) => event);
  }

  /** Takes the events. */
  takeStamped(): ConnectionEvent[] {
    return [...this.#events.take()];
  }

  /** What the peer says ends the connection. */
  assertConnectionError(
    encode: (writer: FrameWriter) => void,
    code: number,
    text: string,
  ): ConnectionError {
    const error = assertThrows(() => this.say(encode), ConnectionError, text);
    assertEquals(error.code, code);
    return error;
  }
}

/** A server past its handshake. */
export function server(options: Partial<ConnectionOptions> = {}): Endpoint {
  return new Endpoint("server", options).handshake();
}

/** A client past its handshake. */
export function client(settings: readonly Setting[] = []): Endpoint {
  return new Endpoint("client").handshake(settings);
}
