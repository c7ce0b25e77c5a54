/**
 * Heartbeats with stacks that know nothing of them: nothing is sent.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async";
import {
  type CallEvent,
  Channel,
  implement,
  type MethodDefinition,
  serve,
  type Server,
} from "../../mod.ts";
import { Relay } from "../harness/relay.ts";
import { type AvailablePeer, PeerProcess, peers } from "./peers/mod.ts";

/** Milliseconds after which a heartbeat would be sent. */
const HEARTBEAT = { interval: 1_000, timeout: 1_000 };

/** Milliseconds until what follows a message, such as WINDOW_UPDATE, is over. */
const SETTLING = 700;

/** Milliseconds of a silence in which octets are counted. */
const SILENCE = 3_500;

const same = (octets: Uint8Array): Uint8Array => octets;

/** What the peers serve and call. */
const Echo = {
  bidi: {
    path: "/echo.Echo/Bidi",
    requestStream: true,
    responseStream: true,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  },
} as const satisfies Record<string, MethodDefinition<Uint8Array, Uint8Array>>;

function serveEcho(events: CallEvent[] = []): Server {
  return serve({
    hostname: "127.0.0.1",
    port: 0,
    heartbeat: { minInterval: HEARTBEAT.interval },
    observer: { call: (event) => void events.push(event) },
  }, [implement(Echo, { bidi: (requests) => requests })]);
}

const portOf = ({ addr }: Server) => (addr as Deno.NetAddr).port;

/** Octets on the wire while nobody has anything to say. */
async function octetsInSilence(relay: Relay): Promise<number> {
  await delay(SETTLING);
  const { octets } = relay;
  await delay(SILENCE);
  return relay.octets - octets;
}

/** The same between two messages of a call of ours that asks for heartbeats. */
async function silenceOfOurClient(port: number): Promise<number> {
  await using relay = new Relay(port);
  await using channel = new Channel(relay.target, { heartbeat: HEARTBEAT });
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const responses = channel.bidiStreaming(Echo.bidi, readable);
  let silence = 0;
  for (const word of [1, 2]) {
    const reading = responses.next();
    await writer.write(Uint8Array.of(word));
    assertEquals([...(await reading).value ?? []], [word]);
    if (word === 1) silence = await octetsInSilence(relay);
  }
  await writer.close();
  assertEquals((await responses.next()).done, true);
  return silence;
}

Deno.test("between ours, heartbeats are counted", async () => {
  const events: CallEvent[] = [];
  await using server = serveEcho(events);
  const octets = await silenceOfOurClient(portOf(server));
  const types = events.map(({ type }) => type);
  assert(types.includes("heartbeat-sent"), types.join());
  // Three or four from each end, with the header of their frame.
  const beats = octets / (9 + 11);
  assert([6, 7, 8].includes(beats), `${octets} octets`);
});

for (const { name, prepare } of peers) {
  if (!["grpc-go", "grpc-js", "gRPC Core"].includes(name)) continue;
  const peer = await prepare();
  if (!peer.available) {
    Deno.test.ignore(`${name}: no heartbeats (skipped: ${peer.why})`, () => {});
    continue;
  }
  Deno.test(`${name} server: a client that asks for heartbeats sends none`, async () => {
    await using server = await PeerProcess.server(peer);
    const { port } = server.events.find(({ type }) => type === "listening")!;
    assertEquals(await silenceOfOurClient(port!), 0);
  });
  Deno.test(`${name} client: a server that would answer sends none`, async () => {
    assertEquals(await silenceOfPeerClient(peer), 0);
  });
}

async function silenceOfPeerClient(peer: AvailablePeer): Promise<number> {
  const events: CallEvent[] = [];
  await using server = serveEcho(events);
  await using relay = new Relay(portOf(server));
  const { target } = relay;
  await using client = PeerProcess.client(peer, { target, hold: true });
  await client.waitFor("held");
  const octets = await octetsInSilence(relay);
  const types = new Set(events.map(({ type }) => type));
  assertEquals([...types], ["server-call-started"]);
  return octets;
}
