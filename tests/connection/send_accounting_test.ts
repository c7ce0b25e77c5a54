import {
  assert,
  assertEquals,
  assertGreaterOrEqual,
  assertLessOrEqual,
} from "@std/assert";
import { DATA_PER_BATCH } from "../../src/connection/streams/scheduler.ts";
import {
  encodeHeaders,
  encodeSettings,
  encodeWindowUpdate,
  FrameType,
  type Setting,
  SettingId,
} from "../../src/frames/mod.ts";
import { type Random, withSeed } from "../harness/seed.ts";
import { HUGE_WINDOW } from "./send_support.ts";
import { BLOCK, type Endpoint, server, TRAILERS } from "./support.ts";

/** What a peer may let one stream send, and what it has been sent. */
class Account {
  readonly sent: number[] = [];
  window: number;
  isEnded = false;

  constructor(window: number) {
    this.window = window;
  }
}

/** A peer that keeps count of its windows. */
class Accountant {
  readonly #end: Endpoint;
  readonly #accounts: Map<number, Account> = new Map();
  #initial = 65_535;
  #window = 65_535;

  constructor(end: Endpoint) {
    this.#end = end;
  }

  open(id: number): void {
    this.#accounts.set(id, new Account(this.#initial));
  }

  /** Lets more be sent, or changes what may be sent. */
  adjust(random: Random): void {
    const increment = 1 + random.below(30_000);
    if (random.oneIn(3)) {
      this.#window += increment;
      return this.#end.hear((writer) =>
        encodeWindowUpdate(writer, 0, increment)
      );
    }
    const [id, account] = random.pick([...this.#accounts]);
    if (!random.oneIn(4)) {
      account.window += increment;
      return this.#end.hear((writer) =>
        encodeWindowUpdate(writer, id, increment)
      );
    }
    const size = random.pick([0, 1, 1_000, 65_535, 100_000]);
    for (const each of this.#accounts.values()) {
      each.window += size - this.#initial;
    }
    this.#initial = size;
    const settings: Setting[] = [[SettingId.INITIAL_WINDOW_SIZE, size]];
    this.#end.hear((writer) => encodeSettings(writer, settings));
  }

  /** Takes one batch, and checks that all of it was allowed. */
  check(): number {
    let octets = 0;
    for (const frame of this.#end.takeBatch() ?? []) {
      if (frame.type !== FrameType.DATA && frame.type !== FrameType.HEADERS) {
        continue;
      }
      const account = this.#accounts.get(frame.streamId)!;
      assert(!account.isEnded, `A frame after the end of ${frame.streamId}`);
      account.isEnded = frame.endStream;
      if (frame.type !== FrameType.DATA) continue;
      const { length } = frame.data;
      assert(length > 0 || frame.endStream, "An empty frame");
      octets += length;
      if (length === 0) continue;
      account.window -= length;
      this.#window -= length;
      assertGreaterOrEqual(account.window, 0);
      assertGreaterOrEqual(this.#window, 0);
      account.sent.push(...frame.data);
    }
    assertLessOrEqual(octets, DATA_PER_BATCH);
    return octets;
  }

  /** Opens all windows; answers with what each stream has been sent. */
  settle(): Map<number, Account> {
    this.#end.hear((writer) => {
      encodeWindowUpdate(writer, 0, HUGE_WINDOW);
      for (const id of this.#accounts.keys()) {
        encodeWindowUpdate(writer, id, HUGE_WINDOW);
      }
    });
    this.#window += HUGE_WINDOW;
    for (const account of this.#accounts.values()) {
      account.window += HUGE_WINDOW;
    }
    while (this.check() > 0);
    return this.#accounts;
  }
}

Deno.test(
  "Whatever the windows do, they are kept to, and every octet arrives once and in order",
  withSeed((random) => {
    for (let run = 0; run < 60; run++) {
      const end = server({ maxConcurrentStreams: Infinity });
      const peer = new Accountant(end);
      const given = new Map<number, number[]>();
      const { streams } = end;
      for (const id of [1, 3, 5]) {
        end.say((writer) => encodeHeaders(writer, id, BLOCK, true, true));
        peer.open(id);
        given.set(id, []);
      }
      for (let step = 0; step < 40; step++) {
        const id = random.pick([1, 3, 5]);
        if (random.oneIn(2)) peer.adjust(random);
        else if (streams.sender.canSend(id)) {
          const data = random.octets(random.pick([0, 1, 50, 3_000]));
          streams.sender.sendData(id, data, random.oneIn(30));
          given.get(id)!.push(...data);
        }
        if (!random.oneIn(3)) peer.check();
      }
      for (const id of [1, 3, 5]) {
        if (!streams.sender.canSend(id)) continue;
        if (random.oneIn(2)) streams.sender.sendHeaders(id, TRAILERS, true);
        else streams.sender.sendData(id, new Uint8Array(0), true);
      }
      for (const [id, { sent, isEnded }] of peer.settle()) {
        assertEquals(sent, given.get(id), `Stream ${id}`);
        assertEquals(isEnded, true, `Stream ${id}`);
      }
      assertEquals(streams.table.activeCount, 0);
    }
  }),
);
