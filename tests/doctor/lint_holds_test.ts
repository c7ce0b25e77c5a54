import { assert, assertEquals } from "@std/assert";
import { lint } from "../../src/doctor/mod.ts";
import { FIELDS } from "../harness/scripted_peer.ts";
import { type Random, withSeed } from "../harness/seed.ts";
import {
  type TrustedConnection,
  VirtualPair,
} from "../harness/virtual_pair.ts";

/** Milliseconds that everything takes to arrive. */
const LATENCY = 10;

const RTT = 2 * LATENCY;

function seconds(random: Random, from: number, to: number): number {
  return (from + random.below(to - from + 1)) * 1_000;
}

/** Options of both ends, a few of which do not go together. */
function randomEnds(random: Random) {
  const client = {
    keepalive: {
      time: seconds(random, 10, 60),
      timeout: 5_000,
      permitWithoutStream: random.oneIn(2),
    },
  };
  const server = {
    enforcement: {
      minTime: seconds(random, 1, 60),
      permitWithoutStream: random.oneIn(2),
      maxPingStrikes: random.below(4),
      advertise: random.oneIn(3),
    },
  };
  return { client, server };
}

function openStream(pair: VirtualPair): void {
  pair.command(({ client }, now) => client.streams.open(FIELDS, false, now));
}

function idsOf(options: Parameters<typeof lint>[0]): string[] {
  return lint(options).findings
    .filter(({ severity }) => severity === "error")
    .map(({ id }) => id);
}

Deno.test(
  "what the doctor says of strikes is what happens, and when",
  withSeed((random) => {
    let kicked = 0;
    for (let i = 0; i < 400; i++) {
      const { client, server } = randomEnds(random);
      const hasStream = random.oneIn(2);
      const { time, permitWithoutStream } = client.keepalive;
      const ids = idsOf({ client, server, calls: { rtt: RTT } });
      const isKicked = hasStream
        ? ids.includes("too-many-pings")
        : permitWithoutStream &&
          (ids.includes("permit-without-stream") ||
            ids.includes("too-many-pings"));
      const pair = new VirtualPair({
        client,
        server,
        link: (octets) => [{ after: LATENCY, octets }],
      });
      pair.runTo(100);
      if (hasStream) openStream(pair);
      pair.runTo(12 * time);
      const { state } = pair.server;
      const told = JSON.stringify({ client, server, hasStream, ids });
      const reason = state.kind === "closed" ? state.reason : undefined;
      assertEquals(reason?.kind === "too-many-pings", isKicked, told);
      if (reason === undefined) continue;
      kicked++;
      const pings = server.enforcement.maxPingStrikes + 2;
      const goaway = pair.serverEvents.findLast(({ type }) =>
        type === "goaway-sent"
      );
      const at = goaway?.at ?? NaN;
      const late = at - pings * time;
      assert(late >= 0 && late <= 100 + pings * RTT, `${late} ms: ${told}`);
    }
    assert(kicked > 40 && kicked < 300, `${kicked}`);
  }),
);

/** Something in the path that forgets a connection after silence, without a word. */
function forgetful(idle: number, now: () => number): TrustedConnection {
  let last = 0;
  let isForgotten = false;
  return (octets) => {
    isForgotten ||= now() - last > idle;
    last = now();
    return isForgotten ? [] : [{ after: LATENCY, octets }];
  };
}

Deno.test(
  "what the doctor says of a path that forgets is what happens",
  withSeed((random) => {
    let lost = 0;
    for (let i = 0; i < 400; i++) {
      const time = seconds(random, 10, 120);
      const serverTime = seconds(random, 10, 120);
      // The doctor allows a second for a busy event loop, which is not here.
      const idle = seconds(random, 5, 130) + 1_500;
      const minTime = seconds(random, 1, 100);
      const isNear = [Math.max(time, minTime), serverTime].some((each) =>
        idle >= each && idle <= each + 1_600
      );
      if (isNear) continue;
      const client = { keepalive: { time, timeout: 5_000 } };
      const server = {
        keepalive: { time: serverTime, timeout: 5_000 },
        enforcement: { minTime },
      };
      const ids = idsOf({
        client,
        server,
        path: [{ layer: 4, idle }],
        calls: { rtt: RTT },
      });
      const pair = new VirtualPair({ client, server });
      pair.link = forgetful(idle, () => pair.now);
      pair.runTo(100);
      openStream(pair);
      pair.runTo(600_000);
      const isLost = pair.client.state.kind === "closed";
      const isSaid = ids.includes("hop-forgets") ||
        ids.includes("only-the-server-can-ping");
      const told = JSON.stringify({ client, server, idle, ids });
      assertEquals(isLost, isSaid, told);
      if (isLost) lost++;
    }
    assert(lost > 40 && lost < 300, `${lost}`);
  }),
);
