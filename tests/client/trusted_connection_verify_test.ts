import { assert, assertEquals } from "@std/assert";
import { FrameType } from "../../src/frames/mod.ts";
import { wait } from "./support/dials.ts";
import { PATIENCE, SILENCE, trusting } from "./support/trusting.ts";

trusting(
  "verify off: a call after a silence sends no PING",
  async (subject, time) => {
    const { trusted, connection } = subject;
    await wait(time, 10 * SILENCE);
    assertEquals(trusted.admit(), true);
    connection.call();
    trusted.opened();
    await wait(time);
    assertEquals(subject.pings, 0);
  },
);

trusting(
  "verify piggyback: after a silence the PING follows the HEADERS in one write",
  async ({ trusted, connection }, time) => {
    await wait(time, SILENCE + 1);
    const { socket } = connection;
    const writes = socket.writes.length;
    const frames = socket.frames().length;
    assertEquals(trusted.admit(), true);
    connection.call();
    trusted.opened();
    await wait(time);
    const types = socket.frames().slice(frames).map(({ type }) => type);
    assertEquals(types, [FrameType.HEADERS, FrameType.PING]);
    assertEquals(socket.writes.length - writes, 1);
  },
  { verify: "piggyback" },
);

trusting(
  "verify piggyback: the peer is suspect when the PING stays unanswered",
  async ({ trusted, told, connection }, time) => {
    await wait(time, SILENCE + 1);
    trusted.admit();
    connection.call();
    trusted.opened();
    await wait(time, PATIENCE / 2);
    assertEquals(told, []);
    await wait(time, 100);
    assertEquals(told, ["a PING is unanswered for 100 ms"]);
  },
  { verify: "piggyback" },
);

for (const verify of ["piggyback", "await"] as const) {
  trusting(
    `verify ${verify}: a call within the time since the last read sends no PING`,
    async (subject, time) => {
      const { trusted, connection } = subject;
      await wait(time, SILENCE);
      assertEquals(trusted.admit(), true);
      connection.call();
      trusted.opened();
      await wait(time);
      assertEquals(subject.pings, 0);
    },
    { verify },
  );

  trusting(
    `verify ${verify}: a call beside a running one sends no PING`,
    async (subject, time) => {
      const { trusted, connection } = subject;
      assertEquals(trusted.admit(), true);
      connection.call();
      await wait(time, SILENCE + 1);
      assertEquals(trusted.admit(), true);
      connection.call();
      trusted.opened();
      await wait(time);
      assertEquals(subject.pings, 0);
    },
    { verify },
  );
}

trusting(
  "verify await: after a silence a call is admitted once the PING is answered",
  async (subject, time) => {
    const { trusted, told } = subject;
    await wait(time, SILENCE + 1);
    assertEquals(trusted.admit(), false);
    assertEquals([trusted.trust, trusted.hasRoom], ["verifying", false]);
    await wait(time);
    assertEquals([subject.pings, told], [1, []]);
    await subject.acknowledge();
    assertEquals(told, ["trusted"]);
    assertEquals([trusted.hasRoom, trusted.admit()], [true, true]);
  },
  { verify: "await" },
);

trusting(
  "verify await: a peer that does not answer is suspect after the suspicion timeout",
  async ({ trusted, told }, time) => {
    await wait(time, SILENCE + 1);
    trusted.admit();
    await wait(time, PATIENCE - 1);
    assertEquals(trusted.trust, "verifying");
    await wait(time, 1);
    assertEquals([trusted.trust, told.length], ["suspect", 1]);
  },
  { verify: "await" },
);

trusting(
  "verify await: with keepalive, its PING is the question",
  async ({ trusted, connection, told }, time) => {
    await wait(time, SILENCE + 1);
    trusted.admit();
    await wait(time);
    const purposes = connection.events.flatMap((event) =>
      event.type === "ping-sent" ? [event.purpose] : []
    );
    assertEquals(purposes, ["keepalive"]);
    await wait(time, 20_000);
    assert(connection.eventTypes.includes("keepalive-timeout"));
    assertEquals(told.length, 1);
  },
  { verify: "await", keepalive: { time: 300_000, permitWithoutStream: true } },
);

trusting(
  "between two responses at most two PINGs are sent beyond those of keepalive",
  async (subject, time) => {
    const { trusted } = subject;
    const admits: boolean[] = [];
    const admit = async () => {
      await wait(time, SILENCE + 1);
      admits.push(trusted.admit());
      await subject.acknowledge();
    };
    for (let i = 0; i < 4; i++) await admit();
    assertEquals(admits, [false, false, true, true]);
    assertEquals(subject.pings, 2);
    trusted.answered();
    await admit();
    assertEquals(subject.pings, 3);
  },
  { verify: "await" },
);
