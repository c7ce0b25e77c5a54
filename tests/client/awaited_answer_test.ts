import { assert, assertEquals } from "@std/assert";
import {
  type AnswerOwner,
  AwaitedAnswer,
} from "../../src/client/connections/awaited_answer.ts";
import { systemClock } from "../../src/runtime/mod.ts";
import { CLOCK, virtually } from "./support/dials.ts";

/** An owner that notes what it is told. */
class Owner implements AnswerOwner {
  lastReadAt = -1;
  readonly told: string[] = [];

  onRead(): void {
    this.told.push("read");
  }

  onUnanswered(since: number, reason: string): void {
    this.told.push(`${since}: ${reason}`);
  }

  release(reason: string): void {
    this.told.push(reason);
  }
}

Deno.test(
  "a PING that is unanswered is told of once its time is over",
  virtually(async (time) => {
    const owner = new Owner();
    const answer = AwaitedAnswer.of(CLOCK, owner);
    const began = CLOCK.now();
    answer.expect(400);
    await time.advance(399);
    assertEquals(owner.told, []);
    await time.advance(1);
    assertEquals(owner.told, [`${began}: a PING is unanswered for 400 ms`]);
    answer.end();
  }),
);

Deno.test("nobody is told of an answer that has come, also when its place serves another", async () => {
  const [first, second] = [new Owner(), new Owner()];
  const isOver = Promise.withResolvers<void>();
  second.onUnanswered = () => isOver.resolve();
  const answer = AwaitedAnswer.of(systemClock, first);
  answer.expect(5);
  answer.end();
  const next = AwaitedAnswer.of(systemClock, second);
  assert(next === answer, "what was made for one PING serves the next");
  next.expect(5);
  const hold = systemClock.timer(Infinity, () => {});
  hold.ref();
  await isOver.promise;
  hold.cancel();
  assertEquals(first.told, []);
  next.end();
});
