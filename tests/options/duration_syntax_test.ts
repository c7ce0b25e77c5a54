import { assertEquals } from "@std/assert";
import {
  formatDuration,
  formatSeconds,
  parseDuration,
} from "../../src/options/mod.ts";

const DURATIONS: readonly (readonly [text: string, milliseconds: number])[] = [
  ["0", 0],
  ["0.5ms", 0.5],
  ["500ms", 500],
  ["10s", 10_000],
  ["1.5s", 1_500],
  ["5m", 300_000],
  ["2h", 7_200_000],
  ["infinity", Infinity],
];

Deno.test("A duration is read in its unit", () => {
  for (const [text, milliseconds] of DURATIONS) {
    assertEquals(parseDuration(text), milliseconds, text);
  }
  assertEquals(parseDuration("0.5s"), 500);
  assertEquals(parseDuration("1.1s"), 1_100);
  assertEquals(parseDuration("Infinity"), Infinity);
});

Deno.test("A duration is read as Go writes it, and as the configuration of others says never", () => {
  const written: [text: string, milliseconds: number][] = [
    ["1m30s", 90_000],
    ["1h0m0.5s", 3_600_500],
    ["250us", 0.25],
    ["250µs", 0.25],
    ["10ns", 1e-5],
    ["never", Infinity],
  ];
  for (const [text, milliseconds] of written) {
    assertEquals(parseDuration(text), milliseconds, text);
  }
});

Deno.test("A duration is exact, however long it is", () => {
  const written: [text: string, milliseconds: number][] = [
    ["0.3ms0.6ms", 0.9],
    ["4831862915ms", 4_831_862_915],
    ["1177479365.491ms", 1_177_479_365.491],
    ["3310131708s", 3_310_131_708_000],
  ];
  for (const [text, milliseconds] of written) {
    assertEquals(parseDuration(text), milliseconds, text);
  }
});

Deno.test("What is no duration is not taken for one", () => {
  const wrong = [
    "",
    "10",
    "s",
    "-1s",
    "1 s",
    "1d",
    "1.s",
    ".5s",
    "1e3s",
    "1s2",
    "NaN",
    "--json",
  ];
  for (const text of wrong) assertEquals(parseDuration(text), undefined, text);
});

Deno.test("A duration is shown as it would be written", () => {
  for (const [text, milliseconds] of DURATIONS) {
    assertEquals(formatDuration(milliseconds), text);
  }
  assertEquals(formatDuration(90_000), "1.5m");
  assertEquals(formatDuration(1_234), "1234ms");
});

Deno.test("A duration in seconds is read by most languages", () => {
  const written: [milliseconds: number, text: string][] = [
    [315_000, "315s"],
    [300_500, "300.5s"],
    [1_250, "1.25s"],
    [0, "0s"],
    [Infinity, "infinity"],
  ];
  for (const [milliseconds, text] of written) {
    assertEquals(formatSeconds(milliseconds), text);
    assertEquals(parseDuration(text), milliseconds);
  }
});
