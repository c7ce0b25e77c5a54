import { assertEquals } from "@std/assert";
import {
  type Held,
  LocalHealth,
  type OverdueVerdict,
} from "../../src/client/connections/local_health.ts";
import {
  encodeGoaway,
  encodePing,
  ErrorCode,
  type FrameWriter,
} from "../../src/frames/mod.ts";
import { CLOCK, wait } from "./support/dials.ts";
import { PATIENCE, trusting } from "./support/trusting.ts";

const KEEPALIVE = {
  keepalive: { time: 30_000, timeout: 20_000, permitWithoutStream: true },
};

trusting(
  "a keepalive PING that is unanswered for the suspicion timeout makes the peer suspect, its answer trusted",
  async ({ trusted, told, connection }, time) => {
    await wait(time, 30_000);
    await wait(time, PATIENCE - 1);
    assertEquals([trusted.trust, told], ["trusted", []]);
    await wait(time, 1);
    assertEquals(trusted.trust, "suspect");
    assertEquals([trusted.hasRoom, told], [false, [
      "a PING is unanswered for 10 s",
    ]]);
    connection.socket.acknowledgePings();
    await wait(time);
    assertEquals([trusted.trust, trusted.hasRoom], ["trusted", true]);
    assertEquals(told.slice(1), ["trusted"]);
  },
  KEEPALIVE,
);

/** Takes this end to blame, whoever is overdue. */
class Blaming extends LocalHealth {
  readonly asked: Held[] = [];

  override overdue(connection: Held): OverdueVerdict {
    this.asked.push(connection);
    return "probe";
  }
}

for (const isRetired of [false, true]) {
  const health = new Blaming();
  trusting(
    isRetired
      ? "a connection that is retired is no probe: no other is made for it"
      : "a connection whose silence this end may be to blame for is a probe",
    async ({ trusted, told, connection }, time) => {
      connection.call();
      await wait(time);
      if (isRetired) connection.socket.say((writer) => retire(writer));
      await wait(time, 30_000);
      await wait(time, PATIENCE);
      assertEquals(trusted.trust, "suspect");
      assertEquals(health.asked, isRetired ? [] : [trusted]);
      const reason = "a PING is unanswered for 10 s";
      assertEquals(told, [
        isRetired ? reason : `${reason}, and by most servers`,
      ]);
    },
    { ...KEEPALIVE, health },
  );
}

trusting(
  "a probe that has answered is none when its machine sleeps later",
  async ({ trusted, told, connection }, time) => {
    connection.call();
    await wait(time, 30_000 + PATIENCE);
    assertEquals([trusted.trust, trusted.isProbe], ["suspect", true]);
    connection.socket.acknowledgePings();
    await wait(time);
    assertEquals([trusted.trust, trusted.isProbe], ["trusted", false]);
    trusted.onEvent({ type: "suspended", slept: 60_000, at: CLOCK.now() });
    assertEquals([trusted.trust, trusted.isProbe], ["suspect", false]);
    assertEquals(told.at(-1), "the machine slept for 60 s");
  },
  { ...KEEPALIVE, health: new Blaming() },
);

function retire(writer: FrameWriter): void {
  encodeGoaway(writer, 1, ErrorCode.NO_ERROR, new Uint8Array(0));
}

trusting(
  "an answer within the suspicion timeout leaves the trust as it is",
  async ({ trusted, told, connection }, time) => {
    await wait(time, 30_000);
    await wait(time, PATIENCE - 1);
    connection.socket.acknowledgePings();
    await wait(time);
    await wait(time, 15_000);
    assertEquals([trusted.trust, told], ["trusted", []]);
  },
  KEEPALIVE,
);

trusting(
  "whatever is read within the suspicion timeout is an answer",
  async ({ trusted, told, connection }, time) => {
    await wait(time, 30_000);
    await wait(time, 5_000);
    connection.socket.say((writer) =>
      encodePing(writer, false, new Uint8Array(8))
    );
    await wait(time);
    await wait(time, PATIENCE);
    assertEquals([trusted.trust, told], ["trusted", []]);
  },
  KEEPALIVE,
);

for (const time of [Infinity, 300_000]) {
  trusting(
    `a call at its deadline makes the peer suspect 100 ms later if nothing is read, keepalive time ${time}`,
    async (subject, time) => {
      const { trusted, told, connection } = subject;
      await wait(time, 5_000);
      connection.call();
      trusted.overdue(connection.transport.lastReadAt);
      assertEquals([trusted.trust, trusted.hasRoom, told], [
        "verifying",
        false,
        [],
      ]);
      await wait(time, 99);
      assertEquals([trusted.trust, subject.pings], ["verifying", 1]);
      await wait(time, 1);
      assertEquals(told, ["a PING is unanswered for 100 ms"]);
      await subject.acknowledge();
      assertEquals(told.slice(1), ["trusted"]);
    },
    { keepalive: { time } },
  );
}

trusting(
  "a call at its deadline says nothing against a slow handler: its host answers the PING",
  async (subject, time) => {
    const { trusted, told, connection } = subject;
    await wait(time, 5_000);
    trusted.overdue(connection.transport.lastReadAt);
    await subject.acknowledge();
    assertEquals([trusted.trust, trusted.hasRoom, told], ["trusted", true, [
      "trusted",
    ]]);
  },
);

trusting(
  "a call at its deadline gives a slow network four round trips",
  async ({ trusted, connection }, time) => {
    const ping = connection.transport.ping();
    await wait(time, 200);
    connection.socket.acknowledgePings();
    assertEquals(await ping, 200);
    trusted.overdue(connection.transport.lastReadAt);
    await wait(time, 799);
    assertEquals(trusted.trust, "verifying");
    await wait(time, 1);
    assertEquals(trusted.trust, "suspect");
  },
);

trusting(
  "a call at its deadline says nothing against a peer that was heard meanwhile",
  async (subject, time) => {
    const { trusted, told, connection } = subject;
    const before = connection.transport.lastReadAt;
    await wait(time, 5_000);
    connection.socket.say((writer) =>
      encodePing(writer, false, new Uint8Array(8))
    );
    await wait(time);
    trusted.overdue(before);
    await wait(time);
    assertEquals([trusted.trust, told, subject.pings], ["trusted", [], 0]);
  },
);

trusting(
  "several calls at their deadline send one PING, and tell of one suspicion",
  async (subject, time) => {
    const { trusted, told, connection } = subject;
    for (let i = 0; i < 3; i++) {
      trusted.overdue(connection.transport.lastReadAt);
      await wait(time, 60);
    }
    assertEquals([subject.pings, told.length], [1, 1]);
  },
);

trusting(
  "a machine that slept suspects its peers until they answer a PING",
  async (subject, time) => {
    const { trusted, told } = subject;
    trusted.onEvent({ type: "suspended", slept: 60_000, at: CLOCK.now() });
    assertEquals(told, ["the machine slept for 60 s"]);
    await wait(time);
    assertEquals(subject.pings, 1);
    await subject.acknowledge();
    assertEquals(told.slice(1), ["trusted"]);
  },
);

trusting("a night's sleep is told in hours", (subject) => {
  const { trusted, told } = subject;
  trusted.onEvent({ type: "suspended", slept: 27_000_000, at: CLOCK.now() });
  assertEquals(told, ["the machine slept for 7 h 30 min"]);
  return Promise.resolve();
});

let sleep = 0;

trusting(
  "the first call after the machine slept goes elsewhere, even if no timer has told of it",
  async (subject) => {
    const { trusted, told } = subject;
    assertEquals(trusted.admit(), true);
    sleep = 60_000;
    assertEquals(trusted.admit(), false);
    assertEquals(told, ["the machine slept for 60 s"]);
    await subject.acknowledge();
    assertEquals(told.slice(1), ["trusted"]);
    assertEquals(trusted.admit(), true);
  },
  { clock: { ...CLOCK, wall: () => CLOCK.now() + sleep } },
);

trusting(
  "a connection that has ended is not suspected",
  async ({ trusted, told, connection }, time) => {
    await wait(time, 30_000);
    connection.socket.end();
    await wait(time);
    trusted.overdue(connection.transport.lastReadAt);
    await wait(time, PATIENCE);
    assertEquals(told, []);
  },
  KEEPALIVE,
);

trusting(
  "a connection has room as long as the server allows another stream",
  ({ trusted, connection }) => {
    assertEquals(trusted.hasRoom, true);
    connection.call();
    assertEquals(trusted.hasRoom, true);
    void connection.transport.drain();
    assertEquals(trusted.hasRoom, false);
    return Promise.resolve();
  },
);

trusting(
  "an answer in the millisecond of its PING is one",
  async ({ trusted, told, connection }, time) => {
    await wait(time, 30_000);
    connection.socket.acknowledgePings();
    await wait(time);
    await wait(time, 15_000);
    assertEquals([trusted.trust, told], ["trusted", []]);
  },
  KEEPALIVE,
);
