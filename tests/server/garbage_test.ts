import { assert, assertEquals } from "@std/assert";
import { median } from "../bench/measure.ts";

const CALLS_PER_ROUND = 4_000;

Deno.test("Calls that are over are gone with the next collection of short-lived objects", async () => {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-net",
      "--v8-flags=--expose-gc",
      new URL("garbage_program.ts", import.meta.url).pathname,
    ],
    stdout: "piped",
    stderr: "inherit",
  }).output();
  assertEquals(code, 0);
  const left = new TextDecoder().decode(stdout).trim().split("\n").map(Number);
  const growth = left.slice(1).map((octets, i) => octets - left[i]);
  const perCall = median(growth) / CALLS_PER_ROUND;
  assert(perCall < 300, `${perCall} octets are left of each call`);
});
