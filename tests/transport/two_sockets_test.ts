import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import type {
  AcceptedSocket,
  ListeningSocket,
} from "../../src/transport/network/mod.ts";
import { TwoSockets } from "../../src/transport/network/two_sockets.ts";

/** A listening socket whose connections come when the test wants it. */
class Scripted implements ListeningSocket {
  readonly addr: Deno.NetAddr;
  asked = 0;
  isClosed = false;
  next: PromiseWithResolvers<AcceptedSocket> = Promise.withResolvers();

  constructor(hostname: string) {
    this.addr = { transport: "tcp", hostname, port: 1 };
  }

  accept(): Promise<AcceptedSocket> {
    this.asked++;
    this.next = Promise.withResolvers();
    return this.next.promise;
  }

  close(): void {
    this.isClosed = true;
    this.next.reject(new Error("closed"));
  }
}

function connection() {
  const conn = { isClosed: false, close: () => void (conn.isClosed = true) };
  return conn as unknown as AcceptedSocket & { isClosed: boolean };
}

function pair() {
  const [first, second] = [new Scripted("::"), new Scripted("0.0.0.0")];
  return { first, second, both: new TwoSockets(first, second) };
}

const turn = () => Promise.resolve().then(() => {}).then(() => {});

Deno.test("what comes on either is accepted, and none is asked twice", async () => {
  const { first, second, both } = pair();
  assertEquals(both.addr, first.addr);
  for (const [n, socket] of [second, second, first].entries()) {
    const accepting = both.accept();
    const conn = connection();
    socket.next.resolve(conn);
    assertStrictEquals(await accepting, conn);
    assertEquals(second.asked, Math.min(n + 1, 2) + (n === 2 ? 1 : 0));
  }
  assertEquals(first.asked, 1);
});

Deno.test("what comes on both at once is accepted one after the other", async () => {
  const { first, second, both } = pair();
  const conns = [connection(), connection()];
  const accepting = both.accept();
  first.next.resolve(conns[0]);
  second.next.resolve(conns[1]);
  assertStrictEquals(await accepting, conns[0]);
  await turn();
  assertStrictEquals(await both.accept(), conns[1]);
});

Deno.test("a failure of one is told once, and both go on", async () => {
  const { first, second, both } = pair();
  const accepting = both.accept();
  second.next.reject(new Error("too many open files"));
  await assertRejects(() => accepting, Error, "too many open files");
  const conn = connection();
  const next = both.accept();
  first.next.resolve(conn);
  assertStrictEquals(await next, conn);
});

Deno.test("closing closes both, ends the wait, and lets go of what has come", async () => {
  const { first, second, both } = pair();
  const accepting = both.accept();
  const [taken, late] = [connection(), connection()];
  first.next.resolve(taken);
  second.next.resolve(late);
  assertStrictEquals(await accepting, taken);
  await turn();
  both.close();
  assertEquals([first.isClosed, second.isClosed], [true, true]);
  assertEquals([taken.isClosed, late.isClosed], [false, true]);

  const other = pair();
  const waiting = other.both.accept();
  other.both.close();
  await assertRejects(() => waiting, Error, "closed");
});

Deno.test("a certificate changes on both, or cannot be changed", () => {
  const identities: string[] = [];
  const changing = (name: string) =>
    Object.assign(new Scripted(name), {
      hasNagle: name === "b",
      setIdentity: ({ cert }: { cert: string }) => {
        identities.push(`${name} ${cert}`);
      },
    });
  const both = new TwoSockets(changing("a"), changing("b"));
  both.setIdentity!({ cert: "1", key: "" });
  assertEquals(identities, ["a 1", "b 1"]);
  assertEquals(both.hasNagle, true);
  const { setIdentity, hasNagle } = pair().both;
  assertEquals([setIdentity, hasNagle], [undefined, false]);
});
