import { assert, assertEquals } from "@std/assert";
import {
  clientParameters,
  ConnectionClosedError,
  serverParameters,
  Session,
  type SessionEvent,
} from "../../../src/session/mod.ts";
import type { EncodableHeaderField } from "../../../src/hpack/mod.ts";
import { concat } from "../../harness/octets.ts";
import { cutAt } from "../inputs/octets.ts";
import { Referee } from "./referee.ts";
import type { Command, Life, Step } from "./steps.ts";
import { Story } from "./story.ts";

/** Ends of this end that its peer must be told of, with a code. */
const TOLD = ["protocol-error", "settings-timeout", "handshake-timeout"];

/** Steps of a session that stands still in time; it takes a few. */
const MOST_STEPS_AT_ONCE = 20;

/** A session under test, and all that is known of it. */
export class Subject {
  readonly session: Session;
  readonly referee: Referee;
  readonly story: Story;
  /** Events with copies of their data. */
  readonly events: SessionEvent[] = [];
  readonly said: Uint8Array[] = [];
  now = 0;
  #wall = 0;

  constructor(role: "client" | "server", options: Life["options"]) {
    const parameters = role === "client"
      ? clientParameters(options)
      : serverParameters(options);
    this.session = new Session(parameters, 0, { random: 0.5, observed: true });
    this.referee = new Referee(role);
    this.story = new Story(this.session);
    this.settle();
  }

  /** Plays a step. */
  play(step: Step, isCut: boolean): void {
    switch (step.do) {
      case "receive": {
        const cuts = isCut ? step.cuts : [];
        return this.receive(cutAt(step.octets, cuts));
      }
      case "acknowledge":
        return this.receive([this.referee.takeAcknowledgements()]);
      case "wait":
        return this.wait(this.now + step.time);
      case "sleep":
        this.#wall += step.wall;
        this.now += step.time;
        return this.#advance();
      default:
        this.command(step);
    }
  }

  /** Octets are read in pieces, and answered when all are there. */
  receive(pieces: readonly Uint8Array[]): void {
    for (const piece of pieces) {
      this.referee.hear(piece);
      this.session.receive(piece.slice(), this.now);
      this.#collect();
    }
    this.settle();
  }

  /** Lets time pass, and does what is due when it is. */
  wait(time: number): void {
    let [steps, at] = [0, this.now];
    while (this.session.deadline() <= time) {
      this.now = Math.max(this.now, this.session.deadline());
      if (this.now > at) [steps, at] = [0, this.now];
      assert(++steps < MOST_STEPS_AT_ONCE, "Time stands still");
      this.#advance();
    }
    this.now = time;
  }

  /** Does what an owner may do; what it may not do is refused by type. */
  command(command: Command): void {
    const { session, story, now } = this;
    const before = session.state.kind;
    try {
      const result = give(session, command, now);
      if (command.do === "open") story.opened(result as number);
      if (command.do === "consumed") {
        story.consumed(command.stream, command.octets);
      }
    } catch (error) {
      if (error instanceof ConnectionClosedError) {
        assertEquals(before, "closed", `${error}`);
      } else {
        const isTyped = error instanceof TypeError ||
          error instanceof RangeError;
        if (!isTyped || !/^Cannot /.test(error.message)) throw error;
        if (command.do === "consumed") this.#requireTooMuch(command, error);
      }
    }
    this.settle();
  }

  #requireTooMuch(command: Command & { do: "consumed" }, error: Error): void {
    const { unread = 0 } = this.story.live.get(command.stream) ?? {};
    assert(command.octets > unread, `${unread} octets are unread: ${error}`);
  }

  #advance(): void {
    this.session.advance(this.now, this.now + this.#wall);
    this.settle();
  }

  /** Takes all there is to be taken, and looks at the whole. */
  settle(): void {
    this.#collect();
    for (;;) {
      const octets = this.session.takeOutput();
      this.#collect();
      if (octets.length === 0) break;
      this.said.push(octets.slice());
      this.referee.say(octets);
    }
    this.#look();
  }

  #collect(): void {
    const events = this.session.takeEvents().map((event) =>
      event.type === "data" ? { ...event, data: event.data.slice() } : event
    );
    this.story.hear(events);
    this.events.push(...events);
  }

  #look(): void {
    const { session, referee } = this;
    const { state, parameters } = session;
    const deadline = session.deadline();
    assert(!Number.isNaN(deadline), "A deadline that is no number");
    if (parameters.role === "server") {
      const most = parameters.maxConcurrentStreams;
      assert(session.streams.active <= most || state.kind === "closed");
    }
    assert(session.streams.left >= 0, "Less than no streams are left");
    if (state.kind !== "closed") return;
    assertEquals([deadline, session.streams.left], [Infinity, 0]);
    const { kind, code } = state.reason;
    if (!TOLD.includes(kind)) return;
    assert(code !== 0, "An error without a code");
    assertEquals(referee.farewell, code, "GOAWAY tells the code");
  }

  /** After the end, nothing throws and nothing is said. */
  checkAfterEnd(): void {
    const { session } = this;
    if (session.state.kind !== "closed") return;
    const { reason } = session.state;
    const events = this.events.length;
    const said = this.said.length;
    const anything = concat(new Uint8Array(9), new Uint8Array(9));
    this.receive([anything]);
    this.now += 1_000_000;
    this.#advance();
    for (
      const name of ["drain", "close", "hang up", "break", "probe"] as const
    ) {
      give(session, { do: name }, this.now);
    }
    give(session, { do: "reset", stream: 1, code: 8 }, this.now);
    give(session, { do: "consumed", stream: 1, octets: 1 }, this.now);
    give(session, { do: "write progress" }, this.now);
    for (const command of LATE) {
      let error: unknown;
      try {
        give(session, command, this.now);
      } catch (thrown) {
        error = thrown;
      }
      assert(error instanceof ConnectionClosedError, `${command.do}: ${error}`);
    }
    this.settle();
    assertEquals([this.events.length, this.said.length], [events, said]);
    assert(session.state.kind === "closed");
    assert(session.state.reason === reason, "Another reason");
    assert(!session.streams.canSend(1) && session.streams.queuedOctets(1) >= 0);
  }
}

/** What cannot be done after the end. */
const LATE: readonly Command[] = [
  { do: "ping" },
  { do: "open", fields: 1, end: true },
  { do: "headers", stream: 1, end: true },
  { do: "data", stream: 1, size: 1, end: true },
  { do: "refuse", stream: 1, end: true },
];

/** A list of fields that repeat. */
function listOf(fields: number): EncodableHeaderField[] {
  return [
    [":status", "200"],
    ...Array.from(
      { length: fields },
      (_, i): EncodableHeaderField => [`x-${i}`, "value"],
    ),
  ];
}

/** Gives a command to a session. */
export function give(session: Session, command: Command, now: number): unknown {
  switch (command.do) {
    case "open":
      return session.streams.open(
        [[":method", "POST"], ...listOf(command.fields).slice(1)],
        command.end,
        now,
      );
    case "headers":
      return session.streams.sendHeaders(
        command.stream,
        listOf(1),
        command.end,
        now,
      );
    case "refuse":
      return session.streams.refuse(command.stream, listOf(1), now);
    case "data": {
      const data = new Uint8Array(command.size);
      return session.streams.sendData(command.stream, data, command.end, now);
    }
    case "reset":
      return session.streams.reset(command.stream, command.code, now);
    case "consumed":
      return session.streams.consumed(command.stream, command.octets, now);
    case "ping":
      return session.ping(now);
    case "probe":
      return session.probe(now);
    case "drain":
      return session.drain("fuzz", now);
    case "close":
      return session.close(now);
    case "hang up":
      return session.receiveEnd(now);
    case "break":
      return session.receiveError("broken", now);
    case "write progress":
      return session.writeProgress(now);
  }
}
