import { assert, assertEquals } from "@std/assert";
import { deadline } from "@std/async";
import { dial, type Transport } from "../../src/transport/mod.ts";
import {
  encodePing,
  encodeSettings,
  encodeSettingsAck,
  encodeWindowUpdate,
  FrameType,
  MAX_UINT31,
  SettingId,
} from "../../src/frames/mod.ts";
import { certificates } from "../harness/certificates.ts";
import { RawPeer } from "../harness/raw_peer.ts";
import { Relay } from "../harness/relay.ts";
import { FIELDS } from "../harness/scripted_peer.ts";
import { consumer } from "./support/consumer.ts";
import { atLeast, PATIENCE } from "../harness/time.ts";

const { ca, server: identity } = await certificates();

/**
 * The kernels on both sides of the relay hold about 4 MB. A PING waits behind
 * them for longer than its timeout, while a third of them takes less.
 */
const OCTETS_PER_SECOND = 2_000_000;

/** More than is taken: where an upload ends, there is no sign of the rest. */
const UPLOAD = 64_000_000;
const TAKEN = 8_000_000;

const KEEPALIVE = { time: 200, timeout: 1_200, minimumTime: 0 };

/** A server that takes its share, and says nothing but PING ACKs. */
async function take(peer: RawPeer): Promise<number> {
  await peer.say((writer) => {
    encodeSettings(writer, [[SettingId.INITIAL_WINDOW_SIZE, MAX_UINT31]]);
    encodeSettingsAck(writer);
    encodeWindowUpdate(writer, 0, MAX_UINT31 - 65_535);
  });
  let taken = 0;
  while (taken < TAKEN) {
    const frame = await peer.next();
    if (frame === undefined) break;
    if (frame.type === FrameType.PING && !frame.ack) {
      await peer.say((writer) => encodePing(writer, true, frame.opaqueData));
    }
    if (frame.type === FrameType.DATA) taken += frame.data.length;
  }
  return taken;
}

/** A listener on the loopback interface. */
function listening(tls: boolean): Deno.Listener {
  const address = { hostname: "127.0.0.1", port: 0 };
  return tls
    ? Deno.listenTls({ ...address, ...identity, alpnProtocols: ["h2"] })
    : Deno.listen(address);
}

/** Uploads through a slow relay, while the body looks at it. */
async function uploading(
  tls: boolean,
  scale: number,
  body: (
    client: Transport,
    taken: Promise<number>,
    relay: Relay,
  ) => Promise<void>,
): Promise<void> {
  using listener = listening(tls);
  const { port } = listener.addr as Deno.NetAddr;
  const octetsPerSecond = OCTETS_PER_SECOND / scale;
  await using relay = new Relay(port, { octetsPerSecond });
  const accepting = listener.accept();
  const dialling = dial(relay.target, {
    keepalive: { ...KEEPALIVE, timeout: scale * KEEPALIVE.timeout },
    tls: tls && { caCerts: [ca] },
  });
  using peer = new RawPeer(await accepting, "server");
  const taken = take(peer);
  await using client = await dialling;
  const stream = client.openStream(FIELDS, false, consumer());
  stream.sendData(new Uint8Array(UPLOAD), false);
  await body(client, taken, relay);
}

for (const tls of [false, true]) {
  const over = tls ? "over TLS " : "";
  Deno.test(`a slow upload ${over}is not ended by a PING that waits behind it`, async () => {
    let share = 0;
    // A machine that is too busy for the pace gets a slower one.
    for (let scale = 1; share < TAKEN && scale <= 5; scale += 4) {
      await uploading(tls, scale, async (client, taken) => {
        share = await deadline(taken, 3 * scale * PATIENCE);
        const { lastRtt } = client.counters();
        const shows = share < TAKEN || lastRtt > scale * KEEPALIVE.timeout;
        assert(shows, `The PING took ${lastRtt} ms, which shows nothing`);
      });
    }
    assert(share >= TAKEN, `Only ${share} octets have arrived`);
  });

  Deno.test(`a slow upload ${over}to a host that goes dark is noticed in time`, () =>
    uploading(tls, 1, async (client, taken, relay) => {
      await atLeast(500);
      assertEquals(client.state.kind, "open");
      relay.freeze();
      const since = performance.now();
      const { kind } = await deadline(client.closed, PATIENCE);
      const took = performance.now() - since;
      assertEquals(kind, "keepalive-timeout");
      const { time, timeout } = KEEPALIVE;
      assert(took < time + timeout + PATIENCE, `${took} ms`);
      await client.finished;
      await relay.close();
      await taken;
    }));
}
