import { assert, assertEquals } from "@std/assert";
import { Channel, type ChannelEvent, implement, serve } from "../../mod.ts";
import { VirtualClock } from "../harness/virtual_clock.ts";
import { VirtualNetwork } from "../harness/virtual_network.ts";
import { Echo } from "../simulation/support/world.ts";
import { PuppetResolver } from "./support/puppet_resolver.ts";

/** A network that holds back what is sent until a time. */
class StallingNetwork extends VirtualNetwork {
  until = -Infinity;

  constructor(readonly clock: VirtualClock) {
    super(clock, { latency: 5 });
  }

  override delay(): number {
    return Math.max(5, this.until - this.clock.now() + 5);
  }
}

const ENDS = {
  "closes the channel": (channel: Channel) => void channel.close(),
  "has the channel enter idleness": (channel: Channel) => channel.enterIdle(),
};

/** A channel to three servers; its observer ends it at some event. */
function observed(
  end: (channel: Channel) => void,
  at: (event: ChannelEvent) => boolean,
) {
  const clock = new VirtualClock();
  const network = new StallingNetwork(clock);
  const hosts = ["10.0.0.1", "10.0.0.2", "10.0.0.3"];
  const servers = hosts.map((hostname) =>
    serve({
      clock,
      network,
      hostname,
      port: 1,
      enforcement: { minTime: 1_000 },
    }, [
      implement(Echo, {
        unary: (request) => request,
        watch: async function* (request, { signal }) {
          yield request;
          await new Promise((done) => signal.addEventListener("abort", done));
        },
      }),
    ])
  );
  const resolver = new PuppetResolver("10.0.0.1:1", "10.0.0.2:1");
  let ends = 0;
  const channel: Channel = new Channel("some:///name", {
    clock,
    network,
    resolver,
    loadBalancing: "round_robin",
    keepalive: { time: 10_000, timeout: 4_000 },
    observer: {
      channel: (event) => {
        if (!at(event) || ends++ > 0) return;
        end(channel);
      },
    },
  });
  const finish = async () => {
    await clock.advance(10_000);
    assert(ends > 0);
    assertEquals(network.open, 0);
    const closed = Promise.all([
      channel.close(),
      ...servers.map((server) => server.close()),
    ]);
    await clock.advance(5_000);
    await closed;
  };
  return { clock, network, resolver, channel, finish };
}

for (const [what, end] of Object.entries(ENDS)) {
  Deno.test(`an observer that ${what} at the SHUTDOWN of a subchannel leaves no connection behind while addresses change`, async () => {
    const subject = observed(
      end,
      (event) =>
        event.type === "subchannel-state" && event.state === "SHUTDOWN",
    );
    const { clock, channel, resolver } = subject;
    void channel.connect();
    await clock.advance(1_000);
    assertEquals(channel.peers.length, 2);
    resolver.move("10.0.0.2:1", "10.0.0.3:1");
    await subject.finish();
  });

  Deno.test(`an observer that ${what} at the end of a suspicion leaves no connection behind`, async () => {
    const subject = observed(end, ({ type }) => type === "suspicion-ended");
    const { clock, channel, network } = subject;
    const stream = channel.serverStreaming(Echo.watch, new Uint8Array(1));
    const first = stream.next();
    await clock.advance(1_000);
    await first;
    const ended = stream.next().then(() => "OK", () => "failed");
    network.until = 13_000;
    await clock.advance(20_000);
    assertEquals(await ended, "failed");
    await subject.finish();
  });
}
