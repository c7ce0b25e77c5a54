import { assertThrows } from "@std/assert";
import {
  joinObservers,
  Recorder,
  renderReport,
  renderTimeline,
  toJsonLines,
  toQlog,
  toTraceEvents,
} from "../../src/observe/mod.ts";

const CHANNEL = {
  type: "channel",
  id: 1,
  wallOffset: 0,
  forgotten: 0,
  events: [],
};

/** What is given instead of a list of recordings, and what is said of it. */
const LISTS: [given: unknown, said: string][] = [
  [undefined, "expected a list, such as channel.recordings(), received"],
  [CHANNEL, "received one recording: put it in a list"],
  [[CHANNEL, 1], "recordings[1]: expected a recording, received 1"],
  [new Recorder(), "expected a list"],
];

for (const tell of [renderReport, renderTimeline, toJsonLines, toTraceEvents]) {
  Deno.test(`${tell.name} says what is no list of recordings`, () => {
    for (const [given, said] of LISTS) {
      assertThrows(() => tell(given as never), TypeError, said);
    }
  });
}

Deno.test("toQlog says what is no recording of a connection", () => {
  const given: [unknown, string][] = [
    [undefined, "expected that of one connection, received"],
    [CHANNEL, "received that of a channel"],
    [[CHANNEL], "received a list: take each whose type is connection"],
  ];
  for (const [value, said] of given) {
    assertThrows(() => toQlog(value as never), TypeError, said);
  }
});

Deno.test("joinObservers says which of them is none", () => {
  const observers = [{}, undefined] as never[];
  assertThrows(() => joinObservers(...observers), TypeError, "observers[1]");
});
