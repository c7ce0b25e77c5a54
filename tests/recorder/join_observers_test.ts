import { assertEquals } from "@std/assert";
import type { Observer } from "../../src/grpc/mod.ts";
import { joinObservers, Recorder } from "../../src/recorder/mod.ts";
import { puppetTransport } from "./support/puppet_transport.ts";

Deno.test("observers that are joined are told in order, of what each wants", () => {
  const told: string[] = [];
  const first: Observer = {
    connection: ({ type }) => void told.push(`first ${type}`),
    channel: ({ type }) => void told.push(`first ${type}`),
  };
  const recorder = new Recorder();
  const second: Observer = {
    connection: ({ type }, { id }) => void told.push(`second ${type} of ${id}`),
  };
  const joined = joinObservers(first, recorder, second);
  assertEquals(Object.keys(joined).sort(), ["channel", "connection"]);
  const transport = puppetTransport(1);
  joined.connection!({ at: 0, type: "established" }, transport);
  const address = "a:1";
  const ids = { channelId: 1, target: "a:1", subchannelId: 2, address };
  joined.channel!({ at: 0, type: "connect-started", ...ids });
  assertEquals(told, [
    "first established",
    "second established of 1",
    "first connect-started",
  ]);
  assertEquals(recorder.recordings().length, 2);
});

Deno.test("no observers want nothing", () => {
  assertEquals(joinObservers(), {});
  assertEquals(joinObservers({}, {}), {});
});

Deno.test("what one observer throws keeps the next from nothing", () => {
  const caught: unknown[] = [];
  const listen = (event: ErrorEvent) => {
    event.preventDefault();
    caught.push((event.error as Error).message);
  };
  globalThis.addEventListener("error", listen);
  try {
    const told: string[] = [];
    const joined = joinObservers(
      {
        message: () => {
          throw new Error("mine");
        },
      },
      { message: ({ type }) => void told.push(type) },
    );
    joined.message!({
      type: "message-sent",
      at: 0,
      callId: 1,
      sequence: 0,
      size: 1,
      sizeOnWire: 1,
    });
    assertEquals([told, caught], [["message-sent"], ["mine"]]);
  } finally {
    globalThis.removeEventListener("error", listen);
  }
});
