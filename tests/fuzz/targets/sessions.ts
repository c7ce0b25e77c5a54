import { assert } from "@std/assert";
import { concat } from "../../harness/octets.ts";
import { alike } from "../../session/split_compare.ts";
import { type Life, randomLife } from "../sessions/steps.ts";
import { Subject } from "../sessions/subject.ts";
import type { Target } from "../target.ts";

/**
 * What a session may say to a peer whose octets it only answers: a preface and
 * a GOAWAY, and for each octet a little more than the smallest frames bring in
 * answers. PINGs of its own come with time.
 */
const MOST_SAID = 2_000;
const MOST_ANSWERED = 3;

/** Plays a life to its end. */
function live(role: "client" | "server", life: Life, isCut: boolean): Subject {
  const subject = new Subject(role, life.options);
  for (const step of life.steps) subject.play(step, isCut);
  subject.checkAfterEnd();
  return subject;
}

function requireSmallAnswers({ steps }: Life, { referee }: Subject): void {
  const isPassive = steps.every((step) => step.do === "receive");
  if (!isPassive) return;
  const { octetsHeard, octetsSaid } = referee;
  assert(octetsSaid <= MOST_SAID + MOST_ANSWERED * octetsHeard, "An amplifier");
}

/** Octets mean the same, however they are cut. */
function requireAlike(whole: Subject, cut: Subject): void {
  if (isForeign(whole) && isForeign(cut)) return;
  for (const [i, event] of whole.events.entries()) {
    const other = cut.events[i];
    const same = alike(event, other, true);
    assert(same, `Cut octets tell of ${other?.type} for ${event.type}`);
  }
  assert(
    alike(concat(...whole.said), concat(...cut.said), true),
    "Cut octets are answered in another way",
  );
}

/** Whether the peer speaks no HTTP/2: its first read is told in words. */
function isForeign({ session: { state } }: Subject): boolean {
  return state.kind === "closed" && / instead of /.test(state.reason.message);
}

function sessionTarget(role: "client" | "server"): Target<Life> {
  return {
    name: role,
    about: `a ${role}'s session: frames, mutations, commands, time`,
    turns: 5,
    generate: (random) => randomLife(random, role),
    run(life) {
      const whole = live(role, life, false);
      requireSmallAnswers(life, whole);
      requireAlike(whole, live(role, life, true));
    },
  };
}

/** A session of a client, whatever its server sends and its owner does. */
export const clientSession: Target<Life> = sessionTarget("client");

/** A session of a server, whatever its client sends and its owner does. */
export const serverSession: Target<Life> = sessionTarget("server");
