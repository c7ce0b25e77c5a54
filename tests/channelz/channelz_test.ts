import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { GrpcError, Status } from "../../mod.ts";
import { Channelz } from "../../src/channelz/mod.ts";
import { VirtualClock } from "../harness/virtual_clock.ts";
import { Echo, World } from "../simulation/support/world.ts";
import { puppetTransport } from "../recorder/support/puppet_transport.ts";
import { ask } from "./support/ask.ts";

const SECOND = 1_000;

/** A channel and a server, both shown. */
function shown(target?: string): { world: World; channelz: Channelz } {
  const clock = new VirtualClock();
  const channelz = new Channelz({ clock });
  const world = new World(5, {
    clock,
    target,
    channel: {
      observer: channelz,
      keepalive: { time: 10 * SECOND, timeout: SECOND },
    },
    server: { observer: channelz, enforcement: { minTime: SECOND } },
  });
  return { world, channelz };
}

async function notFound(asked: () => Promise<unknown>): Promise<void> {
  const error = await assertRejects(asked, GrpcError);
  assertEquals(error.code, Status.NOT_FOUND);
}

Deno.test("a channel is shown with its state, its calls and its subchannel", async () => {
  const { world, channelz } = shown();
  world.call();
  world.call(100, { deadline: 0.001 });
  await world.clock.advance(SECOND);
  const { channel: [listed], end } = await ask(channelz, "getTopChannels");
  assertEquals(end, true);
  const { channelId } = listed.ref!;
  const { channel } = await ask(channelz, "getChannel", { channelId });
  const { data, subchannelRef: [ref] } = channel!;
  assertEquals(data!.state, { state: 3 });
  assertEquals(data!.target, "10.0.0.1:50051");
  assertEquals(
    [data!.callsStarted, data!.callsSucceeded, data!.callsFailed],
    [2, 1, 1],
  );
  assertEquals(ref.name, "10.0.0.1:50051");
  const { subchannelId } = ref;
  const { subchannel } = await ask(channelz, "getSubchannel", { subchannelId });
  assertEquals(subchannel!.data!.state, { state: 3 });
  assertEquals(subchannel!.data!.callsSucceeded, 1);
  assertEquals(subchannel!.socketRef.length, 1);
  await world.end();
});

Deno.test("a connection is shown with its streams, messages, PINGs and windows, at both ends", async () => {
  const { world, channelz } = shown();
  const watch = world.channel.serverStreaming(Echo.watch, new Uint8Array(9));
  const first = watch.next();
  world.call(70_000);
  await world.clock.advance(25 * SECOND);
  const { channel: [channel] } = await ask(channelz, "getTopChannels");
  const { subchannelId } = channel.subchannelRef[0];
  const { subchannel } = await ask(channelz, "getSubchannel", { subchannelId });
  const [{ socketId, name }] = subchannel!.socketRef;
  assertEquals(name, "10.0.0.100:32768 -> 10.0.0.1:50051");
  const { socket } = await ask(channelz, "getSocket", { socketId });
  const data = socket!.data!;
  assertEquals(
    [data.streamsStarted, data.streamsSucceeded, data.streamsFailed],
    [2, 1, 0],
  );
  assertEquals([data.messagesSent, data.messagesReceived], [2, 2]);
  assertEquals(data.keepAlivesSent, 2);
  assert(data.localFlowControlWindow!.value > 0);
  assert(data.remoteFlowControlWindow!.value > 0);
  const at = (time: { seconds: number; nanos: number } | undefined) =>
    time!.seconds * 1_000 + time!.nanos / 1e6;
  const began = world.clock.wall() - 25 * SECOND;
  for (
    const time of [
      data.lastLocalStreamCreatedTimestamp,
      data.lastMessageSentTimestamp,
      data.lastMessageReceivedTimestamp,
    ]
  ) assert(at(time) >= began && at(time) < began + SECOND, `${at(time)}`);
  assertEquals(data.lastRemoteStreamCreatedTimestamp, undefined);
  assertEquals(socket!.local, {
    tcpipAddress: { ipAddress: Uint8Array.of(10, 0, 0, 100), port: 32_768 },
    udsAddress: undefined,
    otherAddress: undefined,
  });
  const options = new Map(data.option.map(({ name, value }) => [name, value]));
  assertEquals(options.get("keepalives_acked"), "2");
  assertEquals(options.get("state"), "open");
  const brief = await ask(channelz, "getSocket", { socketId, summary: true });
  assertEquals(brief.socket!.data!.option, []);

  const { server: [server] } = await ask(channelz, "getServers");
  const { serverId } = server.ref!;
  const { socketRef: [accepted] } = await ask(channelz, "getServerSockets", {
    serverId,
  });
  const other = await ask(channelz, "getSocket", {
    socketId: accepted.socketId,
  });
  assertEquals(other.socket!.data!.messagesReceived, 2);
  assertEquals(other.socket!.data!.messagesSent, 2);
  assert(other.socket!.data!.lastRemoteStreamCreatedTimestamp !== undefined);
  await first;
  await Promise.all([watch.return(undefined), world.end()]);
});

Deno.test("a server is shown with its calls and what it listens on", async () => {
  const { world, channelz } = shown();
  world.call();
  await world.clock.advance(SECOND);
  const { server: [listed] } = await ask(channelz, "getServers");
  const { serverId } = listed.ref!;
  const { server } = await ask(channelz, "getServer", { serverId });
  const { callsStarted, callsSucceeded, callsFailed } = server!.data!;
  assertEquals([callsStarted, callsSucceeded, callsFailed], [1, 1, 0]);
  const [{ socketId, name }] = server!.listenSocket;
  assertEquals(name, "10.0.0.1:50051");
  const { socket } = await ask(channelz, "getSocket", { socketId });
  assertEquals(socket!.local!.tcpipAddress!.port, 50_051);
  assertEquals(socket!.data, undefined);
  await world.end();
});

Deno.test("traces tell what happened, in sentences, with the subchannel and how bad it is", async () => {
  const { world, channelz } = shown();
  world.call();
  await world.clock.advance(SECOND);
  const watch = world.channel.serverStreaming(Echo.watch, new Uint8Array(1));
  const ended = (async () => {
    for await (const _ of watch);
  })().catch(() => {});
  await world.clock.advance(SECOND);
  const { channel: [{ ref }] } = await ask(channelz, "getTopChannels");
  const { channelId } = ref!;
  world.network.dark();
  await world.clock.advance(30 * SECOND);
  await ended;
  const { channel } = await ask(channelz, "getChannel", { channelId });
  const { events, numEventsLogged, creationTimestamp } = channel!.data!.trace!;
  assertEquals(numEventsLogged, events.length);
  assert(creationTimestamp !== undefined);
  const of = (text: string) =>
    events.find(({ description }) => description.includes(text))!;
  assertEquals(of("Connected to").severity, 1);
  assertEquals(of("Connected to").subchannelRef!.name, "10.0.0.1:50051");
  assertEquals(of("is suspected").severity, 2);
  assertEquals(of("takes no new calls").severity, 2);
  assertEquals(of("Channel READY").subchannelRef, undefined);
  const { server: [server] } = await ask(channelz, "getServers");
  assertStringIncludes(
    server.data!.trace!.events[0].description,
    "Listening",
  );
  await world.end();
});

Deno.test("what is closed is not shown any more, and nothing of it is kept", async () => {
  const { world, channelz } = shown();
  world.call();
  await world.clock.advance(SECOND);
  const { channel: [channel] } = await ask(channelz, "getTopChannels");
  const { channelId } = channel.ref!;
  const { subchannelId } = channel.subchannelRef[0];
  const { subchannel } = await ask(channelz, "getSubchannel", { subchannelId });
  const { socketId } = subchannel!.socketRef[0];
  const { server: [{ ref }] } = await ask(channelz, "getServers");
  await world.end();
  assertEquals((await ask(channelz, "getTopChannels")).channel, []);
  assertEquals((await ask(channelz, "getServers")).server, []);
  await notFound(() => ask(channelz, "getChannel", { channelId }));
  await notFound(() => ask(channelz, "getSubchannel", { subchannelId }));
  await notFound(() => ask(channelz, "getSocket", { socketId }));
  const { serverId } = ref!;
  await notFound(() => ask(channelz, "getServer", { serverId }));
  await notFound(() => ask(channelz, "getServerSockets", { serverId }));
});

Deno.test("lists come in pages, in the order of the numbers", async () => {
  const channelz = new Channelz({ clock: new VirtualClock() });
  for (let channelId = 250; channelId > 0; channelId--) {
    channelz.channel({
      type: "resolved",
      at: 0,
      channelId,
      target: `target ${channelId}`,
      addresses: [],
    });
  }
  const page = async (startChannelId: number, maxResults: number) => {
    const { channel, end } = await ask(channelz, "getTopChannels", {
      startChannelId,
      maxResults,
    });
    const ids = channel.map(({ ref }) => ref!.channelId);
    return [ids[0], ids.at(-1), ids.length, end];
  };
  assertEquals(await page(0, 0), [1, 100, 100, false]);
  assertEquals(await page(101, 10), [101, 110, 10, false]);
  assertEquals(await page(201, 1_000), [201, 250, 50, true]);
  assertEquals(await page(1, 1_000), [1, 100, 100, false]);
  assertEquals(await page(-5, -1), [1, 100, 100, false]);
  assertEquals(await page(241, 10), [241, 250, 10, true]);
  assertEquals(await page(251, 10), [undefined, undefined, 0, true]);
});

Deno.test("a connection is shown as encrypted if its server or its channel is", async () => {
  const channelz = new Channelz({ clock: new VirtualClock() });
  const addr = { transport: "tcp", hostname: "::", port: 443 } as const;
  const server = { at: 0, serverId: 1 };
  channelz.server({
    ...server,
    type: "server-listening",
    addr,
    isSecure: true,
  });
  const connection = puppetTransport(2, { role: "server" });
  channelz.connection({ type: "established", at: 0 }, connection);
  const shown = () =>
    ask(channelz, "getSocket", { socketId: 2, summary: true });
  assertEquals((await shown()).socket!.security, undefined);
  channelz.server({ ...server, type: "server-connected", connectionId: 2 });
  const none = new Uint8Array(0);
  assertEquals((await shown()).socket!.security, {
    tls: { localCertificate: none, remoteCertificate: none },
  });
  channelz.connection(
    {
      ...{ type: "goaway-received", at: 1 },
      ...{ lastStreamId: 1, code: 11, debug: "" },
    },
    connection,
  );
  const { socket } = await shown();
  assertEquals(socket!.data!.receivedGoawayError, { value: 11 });
});

Deno.test("an observer hears that a server listens, accepts and is closed", async () => {
  const clock = new VirtualClock();
  const events: string[] = [];
  const world = new World(5, {
    clock,
    server: { observer: { server: ({ type }) => events.push(type) } },
  });
  world.call();
  await clock.advance(SECOND);
  assertEquals(events, ["server-listening", "server-connected"]);
  await world.end();
  assertEquals(events.at(-1), "server-closed");
});

Deno.test("numbers that nothing has are NOT_FOUND", async () => {
  const channelz = new Channelz();
  await notFound(() => ask(channelz, "getChannel", { channelId: 7 }));
  await notFound(() => ask(channelz, "getChannel", { channelId: -1 }));
  await notFound(() => ask(channelz, "getSubchannel", {}));
  await notFound(() => ask(channelz, "getServer", { serverId: 2 ** 40 }));
  await notFound(() => ask(channelz, "getServerSockets", {}));
  await notFound(() => ask(channelz, "getSocket", {}));
});

Deno.test("a channelz checks its options", () => {
  assertThrows(
    () => new Channelz({ clok: 1 } as never),
    TypeError,
    'did you mean "clock"',
  );
  assertThrows(() => new Channelz({ clock: {} as never }), TypeError);
});
