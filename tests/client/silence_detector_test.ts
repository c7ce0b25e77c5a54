import { CLOCK } from "../harness/virtual_clock.ts";
import { assertEquals } from "@std/assert";
import { wait } from "./support/dials.ts";
import { PATIENCE, type Trusting, trusting } from "./support/trusting.ts";

/** Milliseconds without an answer to a call until a PING asks. */
const SILENT = PATIENCE / 2;

/** Milliseconds that the answer to that PING may take. */
const DOUBT = 100;

/** A call begins, as the channel begins one. */
function begin({ trusted, connection }: Trusting): number {
  assertEquals(trusted.admit(), true);
  const streamId = connection.call();
  trusted.opened();
  return streamId;
}

trusting(
  "calls that get no answer have a PING ask, and without an answer to that the peer is suspect",
  async (subject, time) => {
    begin(subject);
    await wait(time, SILENT - 1);
    begin(subject);
    assertEquals([subject.pings, subject.trusted.hasRoom], [0, true]);
    await wait(time, 1);
    assertEquals([subject.pings, subject.trusted.hasRoom], [1, false]);
    await wait(time, DOUBT - 1);
    assertEquals([subject.told, subject.trusted.trust], [[], "verifying"]);
    await wait(time, 1);
    assertEquals(subject.told, ["a PING is unanswered for 100 ms"]);
  },
);

trusting(
  "a slow handler on a live connection costs one PING, and no trust",
  async (subject, time) => {
    begin(subject);
    await wait(time, SILENT);
    await subject.acknowledge();
    await wait(time, 10 * PATIENCE);
    assertEquals([subject.pings, subject.told], [1, ["trusted"]]);
    assertEquals(subject.trusted.hasRoom, true);
  },
);

trusting(
  "calls that are answered, however many there are, have no PING ask",
  async (subject, time) => {
    for (let i = 0; i < 100; i++) {
      const streamId = begin(subject);
      await wait(time, SILENT - 1);
      subject.connection.answer(streamId);
      await wait(time);
    }
    await wait(time, PATIENCE);
    assertEquals([subject.pings, subject.told], [0, []]);
  },
);

trusting(
  "the silence counts from the first call after the last read",
  async (subject, time) => {
    const first = begin(subject);
    await wait(time, SILENT - 1);
    subject.connection.answer(first);
    await wait(time);
    await wait(time, 1_000);
    begin(subject);
    await wait(time, SILENT - 1);
    assertEquals(subject.pings, 0);
    await wait(time, 1);
    assertEquals(subject.pings, 1);
  },
);

trusting(
  "calls that were given up have no PING ask",
  async (subject, time) => {
    const streamId = begin(subject);
    subject.connection.session.streams.reset(streamId, 8, CLOCK.now());
    await wait(time, PATIENCE);
    assertEquals([subject.pings, subject.told], [0, []]);
  },
);

trusting(
  "no more than two PINGs ask between two responses",
  async (subject, time) => {
    let streamId = 0;
    for (let i = 0; i < 10; i++) {
      streamId = begin(subject);
      await wait(time, SILENT);
      await subject.acknowledge();
    }
    assertEquals(subject.pings, 2);
    subject.connection.answer(streamId);
    subject.trusted.answered();
    await wait(time);
    begin(subject);
    await wait(time, SILENT);
    assertEquals(subject.pings, 3);
  },
);

trusting(
  "with a timeout of Infinity nothing is asked",
  async (subject, time) => {
    begin(subject);
    await wait(time, 3_600_000);
    assertEquals([subject.pings, subject.told], [0, []]);
  },
  { suspicionTimeout: Infinity },
);
