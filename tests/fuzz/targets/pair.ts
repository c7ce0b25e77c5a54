import { assert, assertEquals } from "@std/assert";
import { ErrorCode } from "../../../src/frames/mod.ts";
import type {
  ClientSessionOptions,
  ServerSessionOptions,
} from "../../../src/session/mod.ts";
import { concat } from "../../harness/octets.ts";
import {
  clientOptions,
  type Command,
  randomCommand,
  serverOptions,
} from "../sessions/steps.ts";
import { Subject } from "../sessions/subject.ts";
import type { Target } from "../target.ts";

/** One of the two ends. */
type Who = "client" | "server";

/** What happens to two sessions and to the pipes between them. */
type PairStep =
  | { readonly who: Who; readonly command: Command }
  /** Some of what an end has sent arrives, as far as a cut. */
  | { readonly do: "deliver"; readonly to: Who; readonly octets: number }
  | { readonly do: "read"; readonly who: Who }
  | { readonly do: "wait"; readonly time: number };

/** Two sessions and what happens to them. */
interface Life {
  readonly client: ClientSessionOptions;
  readonly server: ServerSessionOptions;
  readonly steps: PairStep[];
}

const LENGTHS = [1, 9, 50, 1_000, 100_000, 1_000_000];

/** Few are long: nothing arrives meanwhile. */
const TIMES = [1, 1, 10, 10, 100, 100, 1_000, 30_000];

/** Rounds of exchange until all has come to rest; each moves a window. */
const MOST_ROUNDS = 2_000;

/** Two ends of a pipe each way that cuts octets wherever it likes. */
class Pair {
  readonly #ends: Record<Who, Subject>;
  readonly #arrived: Record<Who, number> = { client: 0, server: 0 };
  readonly #read: Record<Who, number> = { client: 0, server: 0 };

  constructor({ client, server }: Life) {
    this.#ends = {
      client: new Subject("client", client),
      server: new Subject("server", server),
    };
  }

  get ends(): readonly Subject[] {
    return [this.#ends.client, this.#ends.server];
  }

  play(step: PairStep): void {
    if ("command" in step) return this.#ends[step.who].command(step.command);
    switch (step.do) {
      case "deliver":
        this.deliver(step.to, step.octets);
        return;
      case "read":
        this.read(step.who);
        return;
      case "wait":
        for (const end of this.ends) end.wait(end.now + step.time);
    }
  }

  /** Answers whether there was anything to arrive. */
  deliver(to: Who, most: number): boolean {
    const from = this.#ends[to === "client" ? "server" : "client"];
    const octets = concat(...from.said);
    const start = this.#arrived[to];
    const end = Math.min(octets.length, start + most);
    if (end === start) return false;
    this.#arrived[to] = end;
    this.#ends[to].receive([octets.subarray(start, end)]);
    return true;
  }

  /** Consumes all data that has come; answers whether there was any. */
  read(who: Who): boolean {
    const end = this.#ends[who];
    const before = this.#read[who];
    this.#read[who] = end.events.length;
    const data = end.events.slice(before)
      .filter((event) => event.type === "data");
    for (const { streamId, data: { length } } of data) {
      const unread = end.story.live.get(streamId)?.unread ?? 0;
      const octets = Math.min(length, unread);
      end.command({ do: "consumed", stream: streamId, octets });
    }
    return data.length > 0;
  }

  /** Delivers and reads all there is until nothing moves. */
  settle(): void {
    for (let rounds = 0;; rounds++) {
      assert(rounds < MOST_ROUNDS, "The ends never come to rest");
      const moved = [
        this.deliver("server", Infinity),
        this.deliver("client", Infinity),
        this.read("client"),
        this.read("server"),
      ];
      if (!moved.includes(true)) return;
    }
  }
}

/** Neither end may find that the other breaks HTTP/2. */
function requireInnocence({ session, events }: Subject): void {
  if (session.state.kind !== "closed") return;
  const { kind, code, message } = session.state.reason;
  if (kind !== "protocol-error" || code === ErrorCode.ENHANCE_YOUR_CALM) return;
  throw new Error(
    `One of ours is blamed: ${message} (${events.length} events)`,
  );
}

/** What one end sent on a stream that lives at both has arrived. */
function requireArrival([client, server]: readonly Subject[]): void {
  for (const id of client.story.live.keys()) {
    if (!server.story.live.has(id)) continue;
    for (const { session } of [client, server]) {
      assertEquals(
        session.streams.queuedOctets(id),
        0,
        `Data waits on stream ${id}`,
      );
    }
  }
}

/**
 * Two of our sessions, whatever their owners do and however the octets between
 * them are cut: none blames the other, and in the end all has arrived.
 */
export const pair: Target<Life> = {
  name: "pair",
  about: "a client's session against a server's, over pipes that cut anywhere",
  turns: 5,
  generate(random) {
    const steps: PairStep[] = [];
    let opened = 0;
    const randomCommandFor = (who: Who): PairStep => {
      const command = randomCommand(random, who, opened);
      if (who === "client" && command.do === "open") opened++;
      return { who, command };
    };
    const deliver = (to: Who, octets: number): PairStep => {
      return { do: "deliver", to, octets };
    };
    if (!random.oneIn(4)) {
      const both = [deliver("server", 1_000), deliver("client", 1_000)];
      steps.push(...both, ...both);
    }
    for (let count = random.below(100); count > 0; count--) {
      const who = random.pick<Who>(["client", "server"]);
      const kind = random.below(10);
      if (kind < 5) steps.push(randomCommandFor(who));
      else if (kind < 8) steps.push(deliver(who, random.pick(LENGTHS)));
      else if (kind < 9) steps.push({ do: "read", who });
      else steps.push({ do: "wait", time: random.pick(TIMES) });
    }
    return {
      client: clientOptions(random),
      server: serverOptions(random),
      steps,
    };
  },
  run(life) {
    const pair = new Pair(life);
    for (const step of life.steps) pair.play(step);
    pair.settle();
    pair.ends.forEach(requireInnocence);
    const isOpen = pair.ends.every(({ session }) =>
      session.state.kind !== "closed" && session.state.kind !== "handshaking"
    );
    if (isOpen) requireArrival(pair.ends);
    for (const end of pair.ends) end.checkAfterEnd();
  },
};
