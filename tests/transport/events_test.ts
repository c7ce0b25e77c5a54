import { assert, assertEquals } from "@std/assert";
import {
  dial,
  listen,
  type Transport,
  type TransportEvent,
} from "../../src/transport/mod.ts";
import {
  encodeHeaders,
  encodePing,
  ErrorCode,
  FrameType,
} from "../../src/frames/mod.ts";
import { RawPeer } from "../harness/raw_peer.ts";
import { BLOCK, RESPONSE } from "../harness/scripted_peer.ts";
import { consumer } from "./support/consumer.ts";
import { PipeSocket } from "./support/pipe_socket.ts";
import { reported } from "./support/reported.ts";
import { TestServer } from "./support/test_server.ts";
import {
  inVirtualTime,
  VirtualTransport,
} from "./support/virtual_transport.ts";

/** What is said on the console while a body runs. */
async function warnings(body: () => Promise<void>): Promise<string[]> {
  const said: string[] = [];
  const { warn } = console;
  console.warn = (...data) => said.push(data.join(" "));
  try {
    await body();
    return said;
  } finally {
    console.warn = warn;
  }
}

const ADJUSTED = "Adjusting keepalive ping interval to minimum period of 10s";
const TOO_QUICK = { keepalive: { time: 1_000 } };

Deno.test("a client tells what happens, in order", async () => {
  const enforcement = { advertise: false };
  await using server = new TestServer({ enforcement });
  const events: TransportEvent[] = [];
  const transports = new Set<Transport>();
  const client = await dial(server.target, {
    onEvent: (event, transport) => {
      events.push(event);
      transports.add(transport);
    },
  });
  const accepted = await server.transports.take();
  await client.ping();
  await accepted.ping();
  await client.close();
  assertEquals(events.map(({ type }) => type), [
    "established",
    "settings-acked",
    "ping-sent",
    "ping-acked",
    "ping-received",
    "goaway-sent",
    "closed",
  ]);
  assertEquals([...transports], [client]);
  const times = events.map(({ at }) => at);
  assertEquals(times, times.toSorted((a, b) => a - b));
  const last = events.at(-1);
  assert(last?.type === "closed");
  assertEquals(last.reason, await client.closed);
});

Deno.test(
  "the closed event comes before closed resolves, and is the last",
  inVirtualTime(async (time) => {
    const virtual = await new VirtualTransport({ client: {} }).establish();
    let before: string[] = [];
    virtual.transport.closed.then(() => before = virtual.eventTypes);
    await virtual.transport.close();
    assertEquals(before.at(-1), "closed");
    await time.settle();
    assertEquals(virtual.eventTypes, before);
  }),
);

for (const heard of [true, false]) {
  Deno.test(
    `a session is ${heard ? "" : "not "}observed ${
      heard ? "for" : "without"
    } a listener`,
    inVirtualTime(async (time) => {
      const { session, socket, transport } = new VirtualTransport(
        { client: {} },
        { heard },
      );
      socket.greet("server");
      await transport.established;
      assertEquals(session.observed, heard);
      socket.end();
      await time.settle();
      assertEquals((await transport.closed).kind, "end-of-stream");
      await transport.finished;
    }),
  );
}

Deno.test("pings are answered when nobody listens", async () => {
  await using server = new TestServer({ onEvent: undefined });
  await using client = await dial(server.target);
  assert(await client.ping() >= 0);
  assert(await (await server.transports.take()).ping() >= 0);
});

for (const kind of ["throws", "rejects"]) {
  Deno.test(`a listener that ${kind} is reported each time, and disturbs nothing`, async () => {
    const thrown = new Error("listener");
    let calls = 0;
    const errors = await reported(async () => {
      await using server = new TestServer();
      await using client = await dial(server.target, {
        onEvent: () => {
          calls++;
          if (kind === "rejects") return Promise.reject(thrown);
          throw thrown;
        },
      });
      assert(await client.ping() >= 0);
      assert(await client.ping() >= 0);
    });
    assert(calls > 4);
    assertEquals(errors, Array(calls).fill(thrown));
  });
}

Deno.test("a listener may close its transport at any event", async () => {
  await using server = new TestServer();
  for (const at of ["established", "ping-sent", "ping-acked"]) {
    let closing: Promise<void> | undefined;
    const client = await dial(server.target, {
      onEvent: ({ type }, transport) => {
        if (type === at) closing ??= transport.close();
      },
    });
    await client.ping().catch(() => {});
    assertEquals((await client.closed).kind, "local-close");
    await closing;
    await client.finished;
  }
});

Deno.test(
  "close within the very first event waits for the end",
  inVirtualTime(async (time) => {
    let finished = false;
    const virtual = new VirtualTransport({ client: TOO_QUICK }, {
      onEvent: ({ type }, transport) => {
        if (type !== "warning") return;
        transport.close().then(() => finished = socket.closes === 1);
      },
    });
    const { socket } = virtual;
    await time.settle();
    assertEquals(virtual.eventTypes, ["warning", "goaway-sent", "closed"]);
    assertEquals(finished, true);
  }),
);

Deno.test("a stream handler that throws is reported, and the stream is reset", async () => {
  const thrown = new Error("handler");
  const errors = await reported(async () => {
    await using server = new TestServer({
      onStream: (stream) => {
        if (stream.id === 1) throw thrown;
        stream.sendHeaders(RESPONSE, true);
        return undefined;
      },
    });
    using peer = await RawPeer.greet(server.port);
    await peer.say((writer) => encodeHeaders(writer, 1, BLOCK, true, true));
    const reset = await peer.until(FrameType.RST_STREAM);
    assertEquals([reset.streamId, reset.errorCode], [
      1,
      ErrorCode.INTERNAL_ERROR,
    ]);
    await peer.say((writer) => encodeHeaders(writer, 3, BLOCK, true, true));
    assertEquals((await peer.until(FrameType.HEADERS)).streamId, 3);
    peer[Symbol.dispose]();
    assertEquals((await server.closes.take()).kind, "end-of-stream");
  });
  assertEquals(errors, [thrown]);
});

Deno.test("a request that came with a violation needs no answer", async () => {
  const errors = await reported(async () => {
    await using server = new TestServer();
    using peer = await RawPeer.greet(server.port);
    await peer.say((writer) => {
      encodeHeaders(writer, 1, BLOCK, true, true);
      encodeHeaders(writer, 2, BLOCK, true, true);
    });
    assertEquals((await server.closes.take()).kind, "protocol-error");
    await peer.rest();
  });
  assertEquals(errors, []);
});

Deno.test(
  "what a stream handler causes is told in the same turn",
  inVirtualTime(async (time) => {
    const seen: string[] = [];
    const virtual = new VirtualTransport({ server: {} }, {
      onStream: (stream) => {
        seen.push("headers");
        stream.reset(2);
        return consumer({
          onReset: (code, by) => seen.push(`reset ${code} ${by}`),
        });
      },
    });
    const { socket, transport } = await virtual.establish();
    socket.say((writer) => encodeHeaders(writer, 1, BLOCK, false, true));
    await time.settle();
    assertEquals(seen, ["headers", "reset 2 local"]);
    socket.end();
    await transport.finished;
  }),
);

Deno.test(
  "a handler that ends the last stream of a drained connection closes it in order",
  inVirtualTime(async (time) => {
    const socket = new PipeSocket();
    const virtual = new VirtualTransport({ server: {} }, { socket });
    const { transport } = await virtual.establish();
    const draining = transport.drain();
    await time.settle();
    socket.say((writer) => {
      encodeHeaders(writer, 1, BLOCK, true, true);
      for (const { opaqueData } of socket.pings) {
        encodePing(writer, true, opaqueData);
      }
    });
    await time.settle();
    assertEquals(virtual.reason?.kind, "drained");
    assertEquals(virtual.eventTypes.at(-1), "closed");
    socket.end();
    await draining;
  }),
);

Deno.test("warnings of a client go to the console when nobody listens", async () => {
  await using server = new TestServer();
  const said = await warnings(async () => {
    await using _client = await dial(server.target, TOO_QUICK);
  });
  assertEquals(said.length, 1);
  assert(said[0].startsWith(`@keepalive/grpc: ${ADJUSTED}`), said[0]);
});

Deno.test("warnings of a client go to its listener", async () => {
  await using server = new TestServer();
  const events: TransportEvent[] = [];
  const said = await warnings(async () => {
    await using _client = await dial(server.target, {
      ...TOO_QUICK,
      onEvent: (event) => events.push(event),
    });
  });
  assertEquals(said, []);
  assert(events[0].type === "warning");
  assert(events[0].message.startsWith(ADJUSTED));
});

Deno.test("warnings of a listener are said once, not for each connection", async () => {
  const said = await warnings(async () => {
    await using listener = listen({
      hostname: "127.0.0.1",
      port: 0,
      keepalive: { time: 10 },
    });
    const { port } = listener.addr as Deno.NetAddr;
    for (let i = 0; i < 2; i++) {
      await using _client = await dial(`127.0.0.1:${port}`);
    }
  });
  assertEquals(said.length, 1);
});
