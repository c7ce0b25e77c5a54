import { assertEquals } from "@std/assert";
import {
  comparableDuration,
  duration,
  roughDuration,
} from "../../src/options/mod.ts";

Deno.test("a length of time is as long as a person wants it", () => {
  const lengths: [number, string][] = [
    [0, "0 ms"],
    [0.4213, "0.42 ms"],
    [12.4, "12 ms"],
    [9.996, "10 ms"],
    [999.4, "999 ms"],
    [999.6, "1 s"],
    [3_021, "3.02 s"],
    [9_996, "10 s"],
    [1_500, "1.5 s"],
    [11_000, "11 s"],
    [71_230, "71.2 s"],
    [119_940, "119.9 s"],
    [119_960, "2 min"],
    [120_000, "2 min"],
    [320_000, "5 min 20 s"],
    [1_799_600, "30 min"],
    [3_599_400, "59 min 59 s"],
    [3_599_600, "1 h"],
    [5_400_000, "1 h 30 min"],
    [7_200_000, "2 h"],
    [7_500_000, "2 h 5 min"],
    [Infinity, "ever"],
  ];
  for (const [value, text] of lengths) assertEquals(duration(value), text);
});

Deno.test("a length of time in a picture has no seconds beside minutes", () => {
  assertEquals(roughDuration(71_230), "71.2 s");
  assertEquals(roughDuration(320_000), "5 min");
  assertEquals(roughDuration(330_000), "6 min");
  assertEquals(roughDuration(7_500_000), "2 h 5 min");
  assertEquals(roughDuration(Infinity), "ever");
});

Deno.test("lengths of time that are compared are in one unit, and exact to a tenth", () => {
  const lengths: [number, string][] = [
    [0, "0 ms"],
    [1e-5, "10 ns"],
    [0.42, "0.42 ms"],
    [500, "500 ms"],
    [9_996, "10 s"],
    [120_000, "120 s"],
    [306_100, "306.1 s"],
    [5_400_000, "5400 s"],
    [7_200_000, "2 h"],
    [Infinity, "never"],
  ];
  for (const [value, text] of lengths) {
    assertEquals(comparableDuration(value), text);
  }
});
