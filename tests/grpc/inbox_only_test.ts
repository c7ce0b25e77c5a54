import { assertEquals, assertRejects } from "@std/assert";
import { GrpcError, Inbox, Status } from "../../src/grpc/mod.ts";
import { frameMessage } from "../../src/grpc/messages/framing.ts";

const FAILURE = new GrpcError(Status.UNAVAILABLE, "gone");

/** What the only message is asked for, and when. */
const MOMENTS = ["before", "after"] as const;

/** Asks for the only message of an inbox, before or after things happen. */
async function onlyOf(
  moment: typeof MOMENTS[number],
  happen: (inbox: Inbox) => void,
): Promise<number | string> {
  const inbox = new Inbox(1_000, { consumed() {} });
  const early = moment === "before" ? inbox.only() : undefined;
  happen(inbox);
  const only = await (early ?? inbox.only());
  return typeof only === "string" ? only : only.payload.length;
}

function arrive(inbox: Inbox, ...lengths: number[]): void {
  for (const length of lengths) {
    for (const piece of frameMessage(new Uint8Array(length), false)) {
      inbox.push(piece);
    }
  }
}

for (const moment of MOMENTS) {
  Deno.test(`asked ${moment}: one message and the end are the only message`, async () => {
    const only = await onlyOf(moment, (inbox) => {
      arrive(inbox, 3);
      inbox.end();
    });
    assertEquals(only, 3);
  });

  Deno.test(`asked ${moment}: the end alone is no message`, async () => {
    assertEquals(await onlyOf(moment, (inbox) => inbox.end()), "none");
  });

  Deno.test(`asked ${moment}: a second message is one too many, before any end`, async () => {
    assertEquals(
      await onlyOf(moment, (inbox) => arrive(inbox, 3, 4)),
      "several",
    );
  });

  Deno.test(`asked ${moment}: an error is told, even after a message`, async () => {
    for (const lengths of [[], [3]]) {
      const error = await assertRejects(
        () =>
          onlyOf(moment, (inbox) => {
            arrive(inbox, ...lengths);
            inbox.end(FAILURE);
          }),
        GrpcError,
      );
      assertEquals(error, FAILURE);
    }
  });

  Deno.test(`asked ${moment}: what is discarded with an error is that error`, async () => {
    for (const isOver of [false, true]) {
      const asked = onlyOf(moment, (inbox) => {
        arrive(inbox, 3);
        if (isOver && moment === "after") inbox.end();
        inbox.discard(FAILURE);
      });
      assertEquals(await assertRejects(() => asked, GrpcError), FAILURE);
    }
  });
}

Deno.test("Who waits for the only message takes all that comes, up to a second one", () => {
  let credit = 0;
  const inbox = new Inbox(1_000, {
    consumed: (octets) => void (credit += octets),
  });
  arrive(inbox, 3);
  assertEquals(credit, 0);
  void inbox.only();
  assertEquals(credit, 8);
  const [second] = frameMessage(new Uint8Array(4), false);
  inbox.push(second.subarray(0, 8));
  assertEquals(credit, 8 + 8);
  inbox.push(second.subarray(8));
  assertEquals(credit, 8 + 8);
});
