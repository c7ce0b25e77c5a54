import { assertEquals } from "@std/assert";
import { Status } from "../../mod.ts";
import { errorOfReset } from "../../src/client/calls/attempt_errors.ts";

const CANCEL = 8;
const REFUSED_STREAM = 7;

Deno.test("a server that cancels a call whose deadline is over does it for that", () => {
  const codeOf = (code: number, by: "local" | "peer", timeLeft?: number) =>
    errorOfReset(code, by, false, undefined, timeLeft).code;
  assertEquals(codeOf(CANCEL, "peer", 0), Status.DEADLINE_EXCEEDED);
  assertEquals(codeOf(CANCEL, "peer", -3), Status.DEADLINE_EXCEEDED);
  assertEquals(codeOf(CANCEL, "peer", 20), Status.CANCELLED);
  assertEquals(codeOf(CANCEL, "peer"), Status.CANCELLED);
  assertEquals(codeOf(CANCEL, "local", 0), Status.CANCELLED);
  assertEquals(codeOf(REFUSED_STREAM, "peer", 0), Status.UNAVAILABLE);
});
