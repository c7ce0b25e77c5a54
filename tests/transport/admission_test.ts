import { systemClock } from "../../src/runtime/mod.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { deadline } from "@std/async";
import { dial, listen } from "../../src/transport/mod.ts";
import { ErrorCode } from "../../src/frames/mod.ts";
import type { ListenTlsOptions } from "../../mod.ts";
import { Admission } from "../../src/transport/admission.ts";
import {
  HANDSHAKE_PATIENCE,
  LEAST_PATIENCE,
} from "../../src/transport/handshake_patience.ts";
import { certificates } from "../harness/certificates.ts";
import { goawaysIn, RawPeer } from "../harness/raw_peer.ts";
import { refusedAs } from "../harness/refused.ts";
import { VirtualClock } from "../harness/virtual_clock.ts";
import { breathe, PATIENCE, until } from "../harness/time.ts";
import { TestServer } from "./support/test_server.ts";

const { ca, server: identity } = await certificates();

/** Handshakes of an admission, in the order in which they were given up. */
function handshakes(count: number) {
  const ended: number[] = [];
  const all = Array.from({ length: count }, (_, index) => ({
    giveUp: () => {
      ended.push(index);
    },
  }));
  return { all, ended };
}

Deno.test("beyond maxHandshakes the oldest handshake is ended, however many there are", async () => {
  let now = 0;
  const limits = { maxConnections: Infinity, maxHandshakes: 3 };
  const admission = new Admission(
    limits,
    { ...systemClock, now: () => now },
    () => {},
  );
  const { all, ended } = handshakes(10);
  for (const one of all) {
    await admission.room();
    admission.begin(one);
    now += HANDSHAKE_PATIENCE;
  }
  assertEquals(ended, [0, 1, 2, 3, 4, 5, 6]);
});

Deno.test("a handshake that is over is not ended, and makes room", async () => {
  let now = 0;
  const limits = { maxConnections: Infinity, maxHandshakes: 2 };
  const admission = new Admission(
    limits,
    { ...systemClock, now: () => now },
    () => {},
  );
  const { all, ended } = handshakes(3);
  admission.begin(all[0]);
  admission.begin(all[1]);
  now = HANDSHAKE_PATIENCE;
  admission.finish(all[0], true);
  await admission.room();
  admission.begin(all[2]);
  assertEquals(ended, []);
  await admission.room();
  assertEquals(ended, [1]);
});

Deno.test("newcomers wait while no handshake has had its time", async () => {
  let now = 0;
  const limits = { maxConnections: Infinity, maxHandshakes: 1 };
  const admission = new Admission(
    limits,
    { ...systemClock, now: () => now },
    () => {},
  );
  const { all, ended } = handshakes(1);
  admission.begin(all[0]);
  let hasRoom = false;
  const room = admission.room().then(() => hasRoom = true);
  now = HANDSHAKE_PATIENCE - 1;
  for (let i = 0; i < 10; i++) await breathe();
  assertEquals([hasRoom, ended], [false, []]);
  now = HANDSHAKE_PATIENCE;
  await room;
  assertEquals(ended, [0]);
});

/** Handshakes come one after the other, as soon as there is room. */
async function come(
  admission: Admission,
  all: readonly { giveUp: () => void }[],
  begun: (index: number) => void,
): Promise<void> {
  for (const [index, one] of all.entries()) {
    await admission.room();
    admission.begin(one);
    begun(index);
  }
}

Deno.test("a burst of clients that are slow waits for its turn, and none is ended", async () => {
  const clock = new VirtualClock();
  const limits = { maxConnections: Infinity, maxHandshakes: 32 };
  const admission = new Admission(limits, clock, () => {});
  const { all, ended } = handshakes(320);
  const whole = come(admission, all, (index) => {
    const over = () => admission.finish(all[index], true);
    clock.timer(4 * LEAST_PATIENCE, over);
  });
  await clock.advance(15_000);
  await whole;
  assertEquals(ended, []);
});

Deno.test("a flood of silent clients delays others by its first, not by each of them", async () => {
  const clock = new VirtualClock();
  const limits = { maxConnections: Infinity, maxHandshakes: 32 };
  const admission = new Admission(limits, clock, () => {});
  const { all, ended } = handshakes(320);
  const began: number[] = [];
  const start = clock.now();
  const whole = come(admission, all, () => began.push(clock.now() - start));
  await clock.advance(15_000);
  await whole;
  assertEquals(ended.length, 320 - 32);
  assert(began[32] >= HANDSHAKE_PATIENCE, `${began[32]} ms for the first`);
  const later = HANDSHAKE_PATIENCE + 10 * (LEAST_PATIENCE + 32 * 5);
  assert(began[319] < later, `${began[319]} ms for the last`);
});

Deno.test("at maxConnections a handshake that had its time makes room for a newcomer, an open connection does not", () => {
  let now = 0;
  const limits = { maxConnections: 2, maxHandshakes: 10 };
  const admission = new Admission(
    limits,
    { ...systemClock, now: () => now },
    () => {},
  );
  const { all, ended } = handshakes(1);
  assertEquals(admission.admits(1), true);
  admission.begin(all[0]);
  assertEquals(admission.admits(2), false);
  now = HANDSHAKE_PATIENCE;
  assertEquals(admission.admits(2), true);
  assertEquals(ended, [0]);
  assertEquals(admission.admits(2), false);
});

Deno.test("what is turned away is told at once, then once a second with its number", () => {
  const told: string[] = [];
  let now = 0;
  const limits = { maxConnections: 1, maxHandshakes: 1 };
  const admission = new Admission(
    limits,
    { ...systemClock, now: () => now },
    (text) => told.push(text),
  );
  for (let i = 0; i < 1_000; i++) {
    admission.admits(1);
    now += 2.5;
  }
  assertEquals(told.length, 3);
  assertStringIncludes(told[0], "1 refused");
  assertStringIncludes(told[1], "400 refused");
  assertStringIncludes(told[1], "maxConnections (1)");
});

const KINDS: [name: string, tls: ListenTlsOptions | undefined][] = [
  ["TCP", undefined],
  ["TLS of Deno", { ...identity, implementation: "deno" }],
  ["TLS of Node", identity],
];

for (const [kind, tls] of KINDS) {
  const trust = tls && { caCerts: [ca] };

  Deno.test(`${kind}: an honest client gets in past any number of silent ones`, async () => {
    await using server = new TestServer({
      ...(tls && { tls }),
      maxHandshakes: 8,
    });
    const silent: RawPeer[] = [];
    for (let i = 0; i < 40; i++) {
      silent.push(await RawPeer.connect(server.port));
    }
    await using client = await deadline(
      dial(server.target, { tls: trust }),
      PATIENCE,
    );
    assert(await client.ping() >= 0);
    const { message } = await server.errors.take();
    assertStringIncludes(message, "maxHandshakes is 8");
    assert(server.listener.transports.size <= 10);
    for (const peer of silent) peer[Symbol.dispose]();
  });

  Deno.test(`${kind}: one connection more than maxConnections is closed at once, and told`, async () => {
    await using server = new TestServer({
      ...(tls && { tls }),
      maxConnections: 2,
    });
    await using first = await dial(server.target, { tls: trust });
    await using _second = await dial(server.target, { tls: trust });
    await server.transports.take();
    await server.transports.take();
    const refused = await dial(server.target, { tls: trust }).catch((error) =>
      error
    );
    assertEquals(refused.name, "DialError");
    const { phase, message } = await server.errors.take();
    assertEquals(phase, "accept");
    assertStringIncludes(message, "maxConnections (2)");
    assert(await first.ping() >= 0);
    await first.close();
    await until(() => server.listener.transports.size === 1);
    await using third = await dial(server.target, { tls: trust });
    assert(await third.ping() >= 0);
  });
}

Deno.test("a client whose handshake is ended for newer ones is told why", async () => {
  await using server = new TestServer({ maxHandshakes: 1 });
  using oldest = await RawPeer.connect(server.port);
  using _newer = await RawPeer.connect(server.port);
  const [goaway] = goawaysIn(await oldest.rest());
  assertEquals(goaway.code, ErrorCode.ENHANCE_YOUR_CALM);
  const { kind, by, message } = await server.closes.take();
  assertEquals([kind, by], ["handshake-timeout", "local"]);
  assertStringIncludes(message, "newer connections came");
});

Deno.test("a client that drips its preface does not keep its place", async () => {
  await using server = new TestServer({ maxHandshakes: 2 });
  using dripping = await RawPeer.connect(server.port);
  const rest = dripping.rest();
  for (const octet of new TextEncoder().encode("PRI * HT")) {
    await dripping.write(Uint8Array.of(octet));
  }
  using _second = await RawPeer.connect(server.port);
  await using client = await dial(server.target);
  assert(await client.ping() >= 0);
  assertEquals(goawaysIn(await rest).length, 1);
});

Deno.test("clients that come all at once are all served, many more than maxHandshakes", async () => {
  await using server = new TestServer({ maxHandshakes: 16 });
  const peers = await Promise.all(
    Array.from({ length: 200 }, () => RawPeer.greet(server.port)),
  );
  for (let i = 0; i < peers.length; i++) await server.transports.take();
  assertEquals(server.errors.all, []);
  for (const peer of peers) peer[Symbol.dispose]();
});

for (const name of ["maxConnections", "maxHandshakes"]) {
  for (const value of [0, -1, 1.5, "2"]) {
    Deno.test(`listen refuses ${name} of ${JSON.stringify(value)}`, () => {
      try {
        void listen({ hostname: "127.0.0.1", port: 0, [name]: value }).close();
      } catch (error) {
        assert(error instanceof refusedAs(value, "number"));
        return assertStringIncludes(error.message, name);
      }
      assert(false, "It was not refused");
    });
  }
}
