import { assertEquals } from "@std/assert";
import {
  type KeepaliveInstruction,
  Watchdog,
  type WatchdogState,
} from "../../src/keepalive/mod.ts";

const TIME = 1_000;
const TIMEOUT = 400;

/** A machine in each of its states, always at 1000 or later. */
const STATES: Record<string, () => Watchdog> = {
  off: () => new Watchdog(Infinity, TIMEOUT, 0),
  waiting: () => new Watchdog(TIME, TIMEOUT, 0),
  probing: () => {
    const watchdog = new Watchdog(TIME, TIMEOUT, 0);
    watchdog.advance(1_000, true);
    return watchdog;
  },
  doubting: () => {
    const watchdog = new Watchdog(TIME, TIMEOUT, 0);
    watchdog.advance(1_000, true);
    watchdog.advance(1_600, true);
    return watchdog;
  },
  dormant: () => {
    const watchdog = new Watchdog(TIME, TIMEOUT, 0);
    watchdog.advance(1_000, false);
    return watchdog;
  },
};

/** What can happen to a machine at 2000, when all that it awaits is due. */
const INPUTS: Record<
  string,
  (watchdog: Watchdog) => KeepaliveInstruction | void
> = {
  "read": (watchdog) => watchdog.read(2_000),
  "write progress": (watchdog) => watchdog.writeProgress(2_000),
  "due, needed": (watchdog) => watchdog.advance(2_000, true),
  "due, not needed": (watchdog) => watchdog.advance(2_000, false),
  "wake": (watchdog) => watchdog.wake(2_000),
  "resume, needed": (watchdog) => watchdog.resume(2_000, true),
  "resume, not needed": (watchdog) => watchdog.resume(2_000, false),
};

/** Kind of the state, instruction, deadline after each input. */
const TABLE: Record<string, Record<string, [string, string, number]>> = {
  off: {
    "read": ["off", "none", Infinity],
    "write progress": ["off", "none", Infinity],
    "due, needed": ["off", "none", Infinity],
    "due, not needed": ["off", "none", Infinity],
    "wake": ["off", "none", Infinity],
    "resume, needed": ["off", "none", Infinity],
    "resume, not needed": ["off", "none", Infinity],
  },
  waiting: {
    "read": ["waiting", "none", 3_000],
    "write progress": ["waiting", "none", 1_000],
    "due, needed": ["probing", "ping", 2_400],
    "due, not needed": ["dormant", "none", Infinity],
    "wake": ["waiting", "none", 1_000],
    "resume, needed": ["probing", "ping", 2_400],
    "resume, not needed": ["dormant", "none", Infinity],
  },
  probing: {
    "read": ["waiting", "none", 3_000],
    "write progress": ["probing", "none", 1_400],
    "due, needed": ["probing", "none", 2_010],
    "due, not needed": ["dormant", "none", Infinity],
    "wake": ["probing", "none", 1_400],
    "resume, needed": ["probing", "ping", 2_400],
    "resume, not needed": ["dormant", "none", Infinity],
  },
  doubting: {
    "read": ["waiting", "none", 3_000],
    "write progress": ["probing", "none", 1_610],
    "due, needed": ["probing", "close", 1_610],
    "due, not needed": ["dormant", "none", Infinity],
    "wake": ["probing", "none", 1_610],
    "resume, needed": ["probing", "ping", 2_400],
    "resume, not needed": ["dormant", "none", Infinity],
  },
  dormant: {
    "read": ["dormant", "none", Infinity],
    "write progress": ["dormant", "none", Infinity],
    "due, needed": ["dormant", "none", Infinity],
    "due, not needed": ["dormant", "none", Infinity],
    "wake": ["probing", "ping", 2_400],
    "resume, needed": ["dormant", "none", Infinity],
    "resume, not needed": ["dormant", "none", Infinity],
  },
};

for (const [state, make] of Object.entries(STATES)) {
  for (const [input, give] of Object.entries(INPUTS)) {
    const [kind, instruction, deadline] = TABLE[state][input];
    Deno.test(`a watchdog that is ${state}, given ${input}, is ${kind} and asks for ${instruction}`, () => {
      const watchdog = make();
      assertEquals(give(watchdog) ?? "none", instruction);
      assertEquals(watchdog.state.kind, kind);
      assertEquals(watchdog.deadline(), deadline);
    });
  }
}

Deno.test("a watchdog does nothing before its deadline", () => {
  const watchdog = new Watchdog(TIME, TIMEOUT, 0);
  assertEquals(watchdog.advance(999.999, true), "none");
  assertEquals(watchdog.state, { kind: "waiting" });
  assertEquals(watchdog.advance(1_000, true), "ping");
  assertEquals(watchdog.advance(1_399.999, true), "none");
  assertEquals(watchdog.advance(1_400, true), "close");
});

Deno.test("a probe tells when it was sent, when it is judged and when to look again", () => {
  const probing = (time: number, timeout: number): WatchdogState => {
    const watchdog = new Watchdog(time, timeout, 0);
    watchdog.advance(time, true);
    return watchdog.state;
  };
  const common = { kind: "probing", doubted: false } as const;
  assertEquals(probing(1_000, 400), {
    ...common,
    sentAt: 1_000,
    closeAt: 1_400,
    checkAt: 1_400,
  });
  assertEquals(probing(1_000, 2_500), {
    ...common,
    sentAt: 1_000,
    closeAt: 3_500,
    checkAt: 2_000,
  });
  assertEquals(probing(1_000, Infinity), {
    ...common,
    sentAt: 1_000,
    closeAt: Infinity,
    checkAt: 2_000,
  });
});

Deno.test("a timeout longer than the time is looked at every time, without a second PING", () => {
  const watchdog = new Watchdog(10, 25, 0);
  const log: [number, string][] = [];
  while (log.at(-1)?.[1] !== "close") {
    const now = watchdog.deadline();
    log.push([now, watchdog.advance(now, true)]);
  }
  assertEquals(log, [[10, "ping"], [20, "none"], [30, "none"], [35, "close"]]);
});

Deno.test("a timeout of Infinity never closes, and sends one PING a silence", () => {
  const watchdog = new Watchdog(10, Infinity, 0);
  const instructions = new Map<string, number>();
  for (let i = 0; i < 1_000; i++) {
    const instruction = watchdog.advance(watchdog.deadline(), true);
    instructions.set(instruction, (instructions.get(instruction) ?? 0) + 1);
  }
  assertEquals(instructions, new Map([["ping", 1], ["none", 999]]));
});

Deno.test("a read just before the verdict counts in full: the next PING is a whole time later", () => {
  const watchdog = new Watchdog(TIME, TIMEOUT, 0);
  watchdog.advance(1_000, true);
  watchdog.read(1_399);
  assertEquals(watchdog.deadline(), 2_399);
  assertEquals(watchdog.advance(2_399, true), "ping");
});

Deno.test("PINGs that are held back wait for the later of the two times", () => {
  const watchdog = new Watchdog(TIME, TIMEOUT, 0);
  watchdog.holdUntil(5_000);
  assertEquals(watchdog.deadline(), 5_000);
  watchdog.read(4_500);
  assertEquals(watchdog.deadline(), 5_500);
  watchdog.holdUntil(-Infinity);
  assertEquals(watchdog.deadline(), 5_500);
});

Deno.test("a dormant watchdog that is woken while PINGs are held back waits for them", () => {
  const watchdog = new Watchdog(TIME, TIMEOUT, 0);
  watchdog.advance(1_000, false);
  watchdog.holdUntil(5_000);
  assertEquals(watchdog.wake(2_000), "none");
  assertEquals(watchdog.state.kind, "waiting");
  assertEquals(watchdog.deadline(), 5_000);
  assertEquals(watchdog.advance(5_000, true), "ping");
});

Deno.test("PINGs that are held back do not hold back the verdict on one that is out", () => {
  const watchdog = new Watchdog(TIME, TIMEOUT, 0);
  watchdog.advance(1_000, true);
  watchdog.holdUntil(60_000);
  assertEquals(watchdog.deadline(), 1_400);
  assertEquals(watchdog.advance(1_400, true), "close");
});
