import { assert, assertEquals } from "@std/assert";
import type { Session } from "../../src/session/mod.ts";
import {
  type DataSource,
  type OfferingStream,
  Offers,
} from "../../src/transport/offers.ts";
import { TransportStream } from "../../src/transport/transport_stream.ts";
import { octets } from "../harness/octets.ts";

/** A stream of a connection that notes what it is told. */
class Told {
  readonly calls: string[] = [];
  readonly offers = new Offers();
  canSend = true;
  queued = 0;
  readonly stream = new TransportStream({
    session: {
      streams: {
        canSend: () => this.canSend,
        queuedOctets: () => this.queued,
        sendData: (_id: number, data: Uint8Array, endStream: boolean) =>
          void this.calls.push(`${data.length}${endStream ? " and end" : ""}`),
        sendHeaders: () => void this.calls.push("headers"),
        reset: () => void this.calls.push("reset"),
      },
    } as unknown as Session,
    now: () => 0,
    schedule: () => void this.calls.push("turn"),
    scheduleSoon: () => void this.calls.push("soon"),
    offers: (stream: OfferingStream) => this.offers.add(stream),
    noteMessages: () => {},
    commandFailed: (error) => {
      throw error;
    },
  }, 1);

  /** What it was told since the last. */
  take(): string[] {
    return this.calls.splice(0);
  }
}

class Source implements DataSource {
  offeredOctets = 0;

  takeOffered(): Uint8Array {
    const taken = new Uint8Array(this.offeredOctets);
    this.offeredOctets = 0;
    return taken;
  }
}

Deno.test("data at hand is put in line once for all that came before output is taken", () => {
  const told = new Told();
  const source = new Source();
  for (let i = 0; i < 100; i++) {
    source.offeredOctets += 10;
    told.stream.offer(source, true);
  }
  assertEquals(told.take(), Array(100).fill("soon"));
  told.queued = 5;
  assertEquals(told.stream.queuedOctets, 1_005);
  told.offers.flush();
  assertEquals(told.take(), ["1000"]);
  assertEquals(told.stream.queuedOctets, 5);
  told.offers.flush();
  assertEquals(told.take(), []);
});

Deno.test("data at hand goes out before anything else of its stream", () => {
  const told = new Told();
  const source = new Source();
  const offer = () => {
    source.offeredOctets = 3;
    told.stream.offer(source);
    told.take();
  };
  offer();
  told.stream.sendData(octets("aa"), true);
  assertEquals(told.take(), ["3", "1 and end", "turn"]);
  offer();
  told.stream.sendHeaders([], true);
  assertEquals(told.take(), ["3", "headers", "turn"]);
  told.offers.flush();
  assertEquals(told.take(), []);
});

Deno.test("data at hand of a stream that has ended is dropped", () => {
  const told = new Told();
  const source = new Source();
  source.offeredOctets = 3;
  told.stream.offer(source);
  told.take();
  told.canSend = false;
  told.offers.flush();
  assertEquals(told.take(), []);
  assertEquals([source.offeredOctets, told.stream.queuedOctets], [0, 0]);
});

Deno.test("of many streams, those with data at hand are asked for it", () => {
  const offers = new Offers();
  const flushed: number[] = [];
  for (const id of [1, 3, 5]) {
    offers.add({
      isOffering: true,
      flush: () => {
        flushed.push(id);
        if (id === 3) {
          offers.add({
            isOffering: true,
            flush: () => flushed.push(7),
          });
        }
      },
    });
  }
  offers.flush();
  assertEquals(flushed, [1, 3, 5]);
  offers.flush();
  assertEquals(flushed, [1, 3, 5, 7]);
});

Deno.test("streams that end while no output is taken leave nothing behind", () => {
  const offers = new Offers();
  let looked = 0;
  const stream = (isOffering: boolean) => ({
    get isOffering() {
      looked++;
      return isOffering;
    },
    flush: () => void flushed++,
  });
  let flushed = 0;
  for (let i = 0; i < 10_000; i++) offers.add(stream(i % 100 === 0));
  offers.flush();
  // A hundred that are at hand, and those since the list was looked through.
  assert(flushed <= 2 * 100 + 64, `${flushed} were kept`);
  assert(looked <= 3 * 10_000, `${looked} looks`);
});
