import { assertEquals } from "@std/assert";
import type { CloseReason, SessionState } from "../../src/session/mod.ts";
import {
  tellClosed,
  tellDraining,
  tellPast,
  type TransportOwner,
} from "../../src/transport/transport_owner.ts";
import { TransportHandler } from "../../src/transport/transport_handler.ts";
import { reported } from "./support/reported.ts";

const REASON = { message: "it broke" } as CloseReason;

/** An owner that notes what it is told. */
function noting(): { owner: TransportOwner; told: string[] } {
  const told: string[] = [];
  const owner = {
    onRoom: () => void told.push("room"),
    onDraining: (reason: string) => void told.push(`draining: ${reason}`),
    onClosed: ({ message }: CloseReason) => void told.push(message),
  };
  return { owner, told };
}

const PAST: [string, SessionState, string[]][] = [
  ["is open", { kind: "open" }, []],
  [
    "drains",
    { kind: "draining", by: "peer", reason: "max_age", closeAt: Infinity },
    ["draining: max_age"],
  ],
  ["has closed", { kind: "closed", reason: REASON, closeMode: "none" }, [
    "it broke",
  ]],
];

for (const [what, state, expected] of PAST) {
  Deno.test(`the owner of a connection that ${what} is told so later, and nothing else`, async () => {
    const { owner, told } = noting();
    tellPast(owner, state);
    assertEquals(told, []);
    await Promise.resolve();
    assertEquals(told, expected);
  });
}

Deno.test("an owner hears at once that its connection drains, and of its end in a microtask", async () => {
  const { owner, told } = noting();
  tellClosed(owner, REASON);
  tellDraining(owner, "max_age");
  assertEquals(told, ["draining: max_age"]);
  await Promise.resolve();
  assertEquals(told, ["draining: max_age", "it broke"]);
});

Deno.test("what an owner throws is reported, and disturbs nothing", async () => {
  const fault = new Error("fault");
  const fail = () => {
    throw fault;
  };
  const owner = { onRoom: fail, onDraining: fail, onClosed: fail };
  const errors = await reported(async () => {
    tellDraining(owner, "max_age");
    tellClosed(owner, REASON);
    await Promise.resolve();
  });
  assertEquals(errors, [fault, fault]);
});

Deno.test("what those who are told of the end throw is reported, and the connection finishes", async () => {
  const fault = new Error("fault");
  const fail = () => {
    throw fault;
  };
  const watcher = { onEvent: fail, onFinished: fail };
  const handler = new TransportHandler({}, { watcher, onFinished: fail });
  const errors = await reported(() => {
    handler.onEvents([{ at: 0, type: "established" }]);
    handler.onFinished();
    return Promise.resolve();
  });
  assertEquals(errors, [fault, fault, fault]);
});
