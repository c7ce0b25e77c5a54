import { assertEquals } from "@std/assert";
import type { HeaderField } from "../../src/hpack/mod.ts";
import {
  clientParameters,
  serverParameters,
  Session,
} from "../../src/session/mod.ts";
import { assertCostRatio } from "../harness/cost_ratio.ts";

const REQUEST: HeaderField[] = [
  [":method", "POST"],
  [":scheme", "http"],
  [":path", "/a.B/C"],
];
const HEAD: HeaderField[] = [[":status", "200"]];
const STATUS: HeaderField[] = [["grpc-status", "0"]];
const MESSAGE = new Uint8Array(37);

/** Calls of a batch, as they travel together. */
const TOGETHER = 64;

/** Two ends, with so many streams that are open and rest. */
class Ends {
  readonly client = new Session(clientParameters(), 0);
  readonly server: Session;

  constructor(open: number) {
    const maxConcurrentStreams = open + TOGETHER;
    this.server = new Session(serverParameters({ maxConcurrentStreams }), 0);
    this.exchange();
    for (let i = 0; i < open; i++) this.client.streams.open(REQUEST, false, 0);
    this.exchange();
  }

  /** Moves what either has to say; answers with the events of the server. */
  exchange(): void {
    this.server.receive(this.client.takeOutput(), 0);
    this.client.receive(this.server.takeOutput(), 0);
  }

  /** The milliseconds that calls take. */
  cost(calls: number): number {
    const { client, server } = this;
    const start = performance.now();
    for (let made = 0; made < calls; made += TOGETHER) {
      for (let i = 0; i < TOGETHER; i++) {
        const id = client.streams.open(REQUEST, false, 0);
        client.streams.sendData(id, MESSAGE, true, 0);
      }
      server.receive(client.takeOutput(), 0);
      for (const event of server.takeEvents()) {
        if (event.type !== "data") continue;
        const { streamId } = event;
        server.streams.sendHeaders(streamId, HEAD, false, 0);
        server.streams.sendData(streamId, MESSAGE, false, 0);
        server.streams.sendHeaders(streamId, STATUS, true, 0);
      }
      client.receive(server.takeOutput(), 0);
      client.takeEvents();
    }
    return performance.now() - start;
  }
}

Deno.test("a call costs the same beside one open stream and beside ten thousand", () => {
  const [few, many] = [new Ends(1), new Ends(10_000)];
  const cost = (ends: Ends) => () => ends.cost(1_024);
  assertCostRatio({ of: cost(many), to: cost(few), below: 1.2 });
  assertEquals(many.client.streams.active, 10_000);
  assertEquals(few.client.streams.active, 1);
});
