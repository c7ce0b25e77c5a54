import { assertEquals, assertStrictEquals } from "@std/assert";
import {
  keepStream,
  openStream,
} from "../../src/connection/streams/stream_spares.ts";
import {
  ANY_LENGTH,
  NO_HEAD,
} from "../../src/connection/streams/message_rules.ts";
import { octets } from "../harness/octets.ts";

Deno.test("A stream that ended is the next one that opens, and knows nothing of before", () => {
  const stream = openStream(1, "open", 100, 200, NO_HEAD, true);
  stream.queue.push(octets("01 02"));
  stream.queue.push(octets("03"));
  stream.queue.take(3, new Uint8Array(3), 0);
  stream.send.take(60);
  stream.receive.receive(150);
  stream.receive.backlogAt(5);
  stream.receive.consume(120);
  stream.contentLeft = 7;
  keepStream(stream);
  const next = openStream(3, "half-closed-remote", 10, 20, ANY_LENGTH, false);
  assertStrictEquals(next, stream);
  const fresh = openStream(3, "half-closed-remote", 10, 20, ANY_LENGTH, false);
  for (const each of [next, fresh]) {
    const { id, state, contentLeft, isHead, send, receive, queue } = each;
    assertEquals([id, state, contentLeft, isHead], [
      3,
      "half-closed-remote",
      ANY_LENGTH,
      false,
    ]);
    assertEquals([send.available, receive.size, receive.available], [
      10,
      20,
      20,
    ]);
    assertEquals([receive.unread, receive.isRenewed, receive.backlogAt(0)], [
      0,
      false,
      0,
    ]);
    assertEquals([queue.octets, queue.isEmpty, queue.endsWithData], [
      0,
      true,
      false,
    ]);
  }
});
