import { CLOCK } from "../harness/virtual_clock.ts";
import { assertEquals, assertObjectMatch } from "@std/assert";
import { dial } from "../../src/transport/mod.ts";
import {
  encodeData,
  encodeHeaders,
  encodePing,
  encodeRstStream,
} from "../../src/frames/mod.ts";
import { BLOCK, FIELDS, RESPONSE_BLOCK } from "../harness/scripted_peer.ts";
import { TestServer } from "./support/test_server.ts";
import {
  inVirtualTime,
  VirtualTransport,
} from "./support/virtual_transport.ts";

/** Octets of frames with their headers. */
const SIZE = {
  preface: 24,
  emptySettings: 9,
  twoSettings: 9 + 12,
  settingsAck: 9,
  ping: 17,
  headers: 9 + BLOCK.length,
  responseHeaders: 9 + RESPONSE_BLOCK.length,
  rstStream: 13,
};

Deno.test(
  "a scripted exchange is counted on a client",
  inVirtualTime(async (time) => {
    const start = time.now();
    const { socket, session, transport } = await new VirtualTransport({
      client: { keepalive: { time: 10_000, permitWithoutStream: true } },
    }).establish();
    await time.settle();
    const opening = {
      bytesSent: SIZE.preface + SIZE.twoSettings + SIZE.settingsAck,
      bytesReceived: SIZE.emptySettings + SIZE.settingsAck,
    };
    assertEquals(transport.counters(), {
      streamsStarted: 0,
      streamsSucceeded: 0,
      streamsFailed: 0,
      messageFramesSent: 0,
      keepAlivesSent: 0,
      keepAlivesAcked: 0,
      pingsReceived: 0,
      pingStrikes: 0,
      framesSent: 2,
      framesReceived: 2,
      ...opening,
      localFlowControlWindow: 65_535,
      remoteFlowControlWindow: 65_535,
      lastReadAt: start,
      lastWrittenAt: start,
      lastLocalStreamCreatedAt: -1,
      lastRemoteStreamCreatedAt: -1,
      lastRtt: -1,
      minRtt: -1,
    });

    await time.advance(100);
    for (let i = 0; i < 3; i++) session.streams.open(FIELDS, true, CLOCK.now());
    const ping = transport.ping();
    await time.advance(30);
    socket.acknowledgePings();
    assertEquals(await ping, 30);
    socket.say((writer) => {
      encodeHeaders(writer, 1, RESPONSE_BLOCK, false, true);
      encodeData(writer, 1, new Uint8Array(5), true);
      encodeRstStream(writer, 3, 2);
      encodePing(writer, false, new Uint8Array(8));
    });
    await time.settle();
    await time.advance(10_000);
    await time.advance(70);
    socket.acknowledgePings();
    await time.settle();

    const { bytesSent, bytesReceived, ...counters } = transport.counters();
    assertEquals(counters, {
      streamsStarted: 3,
      streamsSucceeded: 1,
      streamsFailed: 1,
      messageFramesSent: 3,
      keepAlivesSent: 1,
      keepAlivesAcked: 1,
      pingsReceived: 1,
      pingStrikes: 0,
      framesSent: 2 + 3 + 3,
      framesReceived: 2 + 6,
      localFlowControlWindow: 65_535 - 5,
      remoteFlowControlWindow: 65_535,
      lastReadAt: start + 10_200,
      lastWrittenAt: start + 10_130,
      lastLocalStreamCreatedAt: start + 100,
      lastRemoteStreamCreatedAt: -1,
      lastRtt: 70,
      minRtt: 30,
    });
    assertEquals(
      bytesSent,
      opening.bytesSent + 3 * SIZE.headers + 3 * SIZE.ping,
    );
    assertEquals(
      bytesReceived,
      opening.bytesReceived + 3 * SIZE.ping + SIZE.responseHeaders + 9 + 5 +
        SIZE.rstStream,
    );
    await transport.close();
    assertObjectMatch(transport.counters(), {
      streamsStarted: 3,
      streamsSucceeded: 1,
      streamsFailed: 2,
    });
  }),
);

Deno.test(
  "strikes and streams are counted on a server",
  inVirtualTime(async (time) => {
    const start = time.now();
    const { socket, transport } = await new VirtualTransport({
      server: { enforcement: { maxPingStrikes: 0 } },
    }).establish();
    await time.advance(50);
    for (let i = 0; i < 4; i++) {
      socket.say((writer) => encodePing(writer, false, new Uint8Array(8)));
    }
    await time.settle();
    assertObjectMatch(transport.counters(), {
      pingsReceived: 4,
      pingStrikes: 3,
    });
    socket.say((writer) => encodeHeaders(writer, 1, BLOCK, true, true));
    await time.settle();
    assertObjectMatch(transport.counters(), {
      streamsStarted: 1,
      streamsSucceeded: 1,
      streamsFailed: 0,
      messageFramesSent: 1,
      pingsReceived: 4,
      lastRemoteStreamCreatedAt: start + 50,
      lastLocalStreamCreatedAt: -1,
    });
    socket.end();
    await transport.finished;
  }),
);

Deno.test("what one end sends is what the other receives", async () => {
  await using server = new TestServer();
  const client = await dial(server.target);
  const accepted = await server.transports.take();
  await client.ping();
  await accepted.ping();
  await client.close();
  await accepted.finished;
  const [ours, theirs] = [client.counters(), accepted.counters()];
  assertEquals(theirs.bytesReceived, ours.bytesSent);
  assertEquals(theirs.framesReceived, ours.framesSent);
  assertEquals(ours.bytesReceived, theirs.bytesSent);
  assertEquals(ours.framesReceived, theirs.framesSent);
  assertEquals([ours.pingsReceived, theirs.pingsReceived], [1, 1]);
});

Deno.test("counters are a copy", async () => {
  await using server = new TestServer();
  await using client = await dial(server.target);
  client.counters().framesSent = 1_000;
  assertEquals(client.counters().framesSent < 10, true);
});
