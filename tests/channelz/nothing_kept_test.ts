import { assert, assertEquals } from "@std/assert";
import { Channelz } from "../../src/channelz/mod.ts";
import { Recorder } from "../../src/recorder/mod.ts";
import type { CloseReason, Observer } from "../../mod.ts";
import { heapInUse } from "../harness/collect.ts";
import { VirtualClock } from "../harness/virtual_clock.ts";
import { puppetTransport } from "../recorder/support/puppet_transport.ts";
import { ask } from "./support/ask.ts";

const CONNECTIONS = 100_000;

/** Connections after which the heap is what it will be. */
const FIRST = 20_000;

/**
 * Connections after which garbage is collected. A `WeakMap` has a table for all
 * keys that have gone since the last time, and keeps its size: how many those are
 * is not to depend on when V8 collects by itself.
 */
const COLLECTED = 2_000;

/** Octets by which it may differ: less than three for each connection. */
const SLACK = 200_000;

const clock = new VirtualClock();

/** A channel that is used once, with one connection, and closed. */
function useOnce(observer: Observer, id: number, serverId: number): void {
  const stamp = { at: id, channelId: id, target: `target ${id}` };
  const subchannel = { ...stamp, subchannelId: id + 1, address: "192.0.2.1:1" };
  const call = { at: id, callId: id + 3, attemptId: id + 4 };
  const end = {
    by: "peer",
    status: 0,
    statusMessage: "",
    duration: 1,
  } as const;
  const messages = {
    ...{ messagesSent: 1, messagesReceived: 1 },
    ...{ octetsSent: 1, octetsReceived: 1 },
  };
  const reason = "used";
  const channelState = { type: "channel-state", ...stamp, reason } as const;
  const state = { type: "subchannel-state", ...subchannel, reason } as const;
  const client = puppetTransport(id + 2, { clock });
  const server = puppetTransport(id + 5, { clock, role: "server" });
  const closed = {
    type: "closed",
    at: id,
    reason: reasonAt(id),
  } as const;
  const connectionId = id + 2;

  observer.channel?.({ ...channelState, state: "CONNECTING" });
  observer.channel?.({ ...state, state: "CONNECTING" });
  observer.connection?.({ type: "established", at: id }, client);
  observer.connection?.({ type: "established", at: id }, server);
  observer.server?.({
    ...{ type: "server-connected", at: id, serverId },
    connectionId: id + 5,
  });
  observer.channel?.({
    ...{ type: "connected", ...subchannel, connectionId },
    ...{ isSecure: false, duration: 1 },
  });
  observer.channel?.({ ...state, state: "READY" });
  observer.call?.({
    ...{ type: "call-started", ...stamp, ...call, method: "/a.B/C" },
    ...{ requestStream: false, responseStream: false },
  });
  observer.call?.({
    ...{ type: "attempt-picked", ...call, delay: 0, peer: "" },
    ...{ connectionId, streamId: 1 },
  });
  observer.call?.({ type: "attempt-ended", ...call, ...end, ...messages });
  observer.call?.({
    ...{ type: "call-ended", ...call, ...end },
    ...{ retries: 0, transparentRetries: 0, retryDelay: 0 },
  });
  observer.channel?.({ ...channelState, state: "SHUTDOWN" });
  observer.channel?.({ ...state, state: "SHUTDOWN" });
  observer.connection?.(closed, client);
  observer.channel?.({
    ...{ type: "disconnected", ...subchannel, connectionId },
    ...{ state: { kind: "closed" } as never, reason },
  });
  observer.connection?.(closed, server);
}

function reasonAt(at: number): CloseReason {
  return {
    kind: "local-close",
    by: "local",
    code: 0,
    debug: "",
    message: "closed",
    at,
    lastReadAt: at,
    lastPings: [],
  };
}

/** Octets of the heap that were added between the first and the last. */
function growth(observer: Observer): number {
  let before = 0;
  for (let i = 0; i < CONNECTIONS; i++) {
    if (i % COLLECTED === 0) {
      const heap = heapInUse();
      if (i === FIRST) before = heap;
    }
    useOnce(observer, 10 + 10 * i, 1);
  }
  return heapInUse() - before;
}

Deno.test("100 000 connections of as many channels leave nothing in a channelz", async () => {
  const channelz = new Channelz({ clock });
  const addr = { transport: "tcp", hostname: "::1", port: 1 } as const;
  const listening = {
    type: "server-listening",
    addr,
    isSecure: false,
  } as const;
  channelz.server({ ...listening, at: 0, serverId: 1 });
  const grown = growth(channelz);
  assert(grown < SLACK, `${grown} octets`);
  assertEquals((await ask(channelz, "getTopChannels")).channel, []);
  const { server: [server] } = await ask(channelz, "getServers");
  assertEquals(server.data!.trace!.numEventsLogged, 2 * CONNECTIONS + 1);
  const serverId = 1;
  const { socketRef } = await ask(channelz, "getServerSockets", { serverId });
  assertEquals(socketRef, []);
});

Deno.test("100 000 connections leave the last rings in a recorder, and nothing else", () => {
  const recorder = new Recorder({ calls: true });
  const grown = growth(recorder);
  assert(grown < SLACK, `${grown} octets`);
  assert(recorder.recordings().length <= 16 + 16);
});
