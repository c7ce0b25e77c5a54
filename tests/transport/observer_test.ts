import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  dial,
  listen,
  type TransportEvent,
  type TransportObserver,
} from "../../src/transport/mod.ts";
import { EventLog } from "../../src/connection/event_log.ts";
import { reported } from "./support/reported.ts";
import { TestServer } from "./support/test_server.ts";

/** Notes the types of events, and who was told. */
class Watcher implements TransportObserver {
  readonly seen: string[] = [];

  connection(event: TransportEvent): void {
    this.seen.push(event.type);
  }
}

Deno.test("an observer and onEvent are both told of each event", async () => {
  await using server = new TestServer();
  const watcher = new Watcher();
  const heard: string[] = [];
  const client = await dial(server.target, {
    observer: watcher,
    onEvent: ({ type }) => heard.push(type),
  });
  await client.ping();
  await client.close();
  assertEquals(watcher.seen, heard);
  assert(watcher.seen.includes("ping-acked"));
});

Deno.test("a listener's observer watches all of its connections", async () => {
  const watcher = new Watcher();
  const listener = listen({
    hostname: "127.0.0.1",
    port: 0,
    observer: watcher,
  });
  const { port } = listener.addr as Deno.NetAddr;
  for (let i = 0; i < 2; i++) {
    const client = await dial(`127.0.0.1:${port}`);
    await client.close();
  }
  await listener.close();
  const ends = watcher.seen.filter((type) => type === "closed");
  assertEquals(ends.length, 2);
});

for (const kind of ["throws", "rejects"]) {
  Deno.test(`an observer that ${kind} is reported each time, and disturbs neither onEvent nor the connection`, async () => {
    const thrown = new Error("observer");
    const heard: string[] = [];
    let calls = 0;
    const errors = await reported(async () => {
      await using server = new TestServer();
      await using client = await dial(server.target, {
        observer: {
          connection: (): void | Promise<never> => {
            calls++;
            if (kind === "rejects") return Promise.reject(thrown);
            throw thrown;
          },
        },
        onEvent: ({ type }) => heard.push(type),
      });
      assert(await client.ping() >= 0);
    });
    assert(calls > 4);
    assertEquals(heard.length, calls);
    assertEquals(errors, Array(calls).fill(thrown));
  });
}

Deno.test("an observer may have other methods than those of a connection", async () => {
  await using server = new TestServer();
  const observer = { call: () => {} } as TransportObserver;
  await using client = await dial(server.target, { observer });
  assert(await client.ping() >= 0);
});

Deno.test("what is no observer is refused", async () => {
  for (const observer of [1, () => {}, [], null]) {
    const options = { observer } as { observer: TransportObserver };
    await assertRejects(() => dial("[::1]:1", options), TypeError, "observer");
    assertThrows(() => listen(options), TypeError, "observer");
  }
  const options = { observer: { connection: 1 } } as unknown as {
    observer: TransportObserver;
  };
  const text = "observer.connection: expected a function";
  await assertRejects(() => dial("[::1]:1", options), TypeError, text);
  assertThrows(() => listen(options), TypeError, text);
});

Deno.test("what an observer is told is the object that was made where it happened", async () => {
  const made = new Set<unknown>();
  const told: TransportEvent[] = [];
  const { push } = EventLog.prototype;
  EventLog.prototype.push = function (event): void {
    made.add(event);
    push.call(this, event);
  };
  try {
    await using server = new TestServer();
    const client = await dial(server.target, {
      observer: { connection: (event) => told.push(event) },
    });
    await client.ping();
    await client.close();
  } finally {
    EventLog.prototype.push = push;
  }
  assert(told.length > 4);
  assertEquals(told.filter((event) => !made.has(event)), []);
});
