import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertStringIncludes,
} from "@std/assert";
import {
  Channel,
  type ChannelEvent,
  type ChannelOptions,
  GrpcError,
  Status,
} from "../../mod.ts";
import { echo, Stage, until, Words } from "../grpc/support/words.ts";
import { reported } from "../transport/support/reported.ts";
import { PuppetResolver } from "./support/puppet_resolver.ts";

/** The type of an event, with its state if it has one. */
function nameOf(event: ChannelEvent): string {
  const hasState = event.type === "channel-state" ||
    event.type === "subchannel-state";
  return hasState ? `${event.type} ${event.state}` : event.type;
}

/** Connects a channel that is closed as often as an event comes. */
async function closedAt(
  at: string,
  address: string,
  loadBalancing: ChannelOptions["loadBalancing"],
): Promise<{ names: string[]; resolver: PuppetResolver; channel: Channel }> {
  const names: string[] = [];
  const closing: Promise<void>[] = [];
  const resolver = new PuppetResolver(address);
  const channel: Channel = new Channel("some:///name", {
    loadBalancing,
    resolver,
    observer: {
      channel: (event) => {
        names.push(nameOf(event));
        if (nameOf(event) === at) closing.push(channel.close());
      },
    },
  });
  await channel.connect().catch(() => {});
  if (at === "subchannel-state SHUTDOWN") channel.enterIdle();
  await Promise.all(closing);
  return { names, resolver, channel };
}

const TO_A_CONNECTION = [
  "channel-state CONNECTING",
  "resolved",
  "subchannel-state CONNECTING",
  "connect-started",
  "connected",
  "subchannel-state READY",
  "channel-state READY",
  "subchannel-state SHUTDOWN",
];

const TO_A_FAILURE = [
  "connect-failed",
  "backoff",
  "subchannel-state TRANSIENT_FAILURE",
  "channel-state TRANSIENT_FAILURE",
];

/** Each connection has an end, and each attempt at one an outcome. */
function isOver(names: readonly string[]): boolean {
  const count = (name: string) => names.filter((each) => each === name).length;
  return count("connected") === count("disconnected") &&
    count("connect-started") === count("connected") + count("connect-failed");
}

for (const loadBalancing of ["pick_first", "round_robin"] as const) {
  for (const at of [...TO_A_CONNECTION, ...TO_A_FAILURE]) {
    Deno.test(`A channel with ${loadBalancing} that its observer closes at "${at}" makes no connection after that`, async () => {
      await using stage = new Stage(echo);
      const isFailure = TO_A_FAILURE.includes(at);
      const address = isFailure ? "127.0.0.1:1" : stage.target;
      const errors = await reported(async () => {
        const { names, resolver, channel } = await closedAt(
          at,
          address,
          loadBalancing,
        );
        assertEquals(channel.state, "SHUTDOWN");
        await until(() => isOver(names));
        const closed = names.indexOf("channel-state SHUTDOWN");
        const later = names.slice(closed);
        assertEquals(later.filter((each) => each === "connect-started"), []);
        assertEquals(later.filter((each) => each === "resolved"), []);
        assertEquals(resolver.isRunning, false);
      });
      assertEquals(errors, []);
    });
  }
}

Deno.test("A call that an observer makes when it is told that the channel closes fails with UNAVAILABLE", async () => {
  const calls: Promise<unknown>[] = [];
  const errors = await reported(async () => {
    const channel: Channel = new Channel("127.0.0.1:1", {
      observer: {
        channel: (event) => {
          if (nameOf(event) !== "channel-state SHUTDOWN") return;
          calls.push(channel.unary(Words.one, "late"));
        },
      },
    });
    await channel.close();
    const [result] = await Promise.allSettled(calls);
    assert(result.status === "rejected");
    assertInstanceOf(result.reason, GrpcError);
    assertEquals(result.reason.code, Status.UNAVAILABLE);
    assertStringIncludes(result.reason.message, "the channel is closed");
  });
  assertEquals(errors, []);
});

for (const loadBalancing of ["pick_first", "round_robin"] as const) {
  Deno.test(`A channel with ${loadBalancing} whose observer connects while it goes idle has a connection, and nothing is left of it`, async () => {
    await using stage = new Stage(echo);
    const names: string[] = [];
    let isGoing = false;
    const errors = await reported(async () => {
      const channel: Channel = new Channel(stage.target, {
        loadBalancing,
        observer: {
          channel: (event) => {
            names.push(nameOf(event));
            if (!isGoing) return;
            if (nameOf(event) === "channel-state CONNECTING") {
              isGoing = false;
              channel.enterIdle();
            }
            channel.connect().catch(() => {});
          },
        },
      });
      await channel.connect();
      isGoing = true;
      channel.enterIdle();
      assertEquals(await channel.unary(Words.one, "again"), "again");
      await channel.close();
    });
    const count = (name: string) =>
      names.filter((each) => each === name).length;
    assertEquals(
      count("subchannel-state SHUTDOWN"),
      count("connect-started"),
    );
    assert(isOver(names));
    assertEquals(errors, []);
  });
}
