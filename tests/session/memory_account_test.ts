import { assert, assertEquals } from "@std/assert";
import { MemoryQuota } from "../../src/memory/mod.ts";
import {
  clientParameters,
  serverParameters,
  Session,
} from "../../src/session/mod.ts";
import { ScriptedPeer } from "../harness/scripted_peer.ts";

const KIB = 1_024;

/** A quota that counts the accounts that are opened with it. */
class Counted extends MemoryQuota {
  accounts = 0;

  override connect(): ReturnType<MemoryQuota["connect"]> {
    this.accounts++;
    return super.connect();
  }
}

Deno.test("a connection opens its account of memory with its first stream", () => {
  const memoryQuota = new Counted({ connection: 1_024 * KIB });
  const options = { memoryQuota, maxConcurrentStreams: 100 };
  const peer = new ScriptedPeer(serverParameters(options)).handshake();
  peer.advanceTo(10_000);
  assertEquals(memoryQuota.accounts, 0);
  peer.headers(1);
  assertEquals(memoryQuota.accounts, 1);
  const { memory } = peer.session;
  assert(memory === peer.session.memory, "it is opened once");
  assertEquals(memory.window, Math.floor(1_024 * KIB / 100));
});

Deno.test("who runs a session is asked for a turn by an account that was opened later", () => {
  const memoryQuota = new MemoryQuota({ connection: 64 * KIB });
  const session = new Session(clientParameters({ memoryQuota }), 0);
  let asked = 0;
  session.memoryOwner = { schedule: () => asked++ };
  const { memory } = session;
  assert(memory.owner !== undefined);
  memory.owner.schedule();
  assertEquals(asked, 1);
  session.close(0);
  assertEquals(memory.owner, undefined);
});

Deno.test("an account that is opened after the end holds up no call", () => {
  const memoryQuota = new MemoryQuota({ connection: 64 * KIB });
  const session = new Session(clientParameters({ memoryQuota }), 0);
  session.close(0);
  const call = session.memory.open({ refused() {} });
  assert(call.want(1_024 * KIB, () => {}));
  assertEquals(session.memory.owner, undefined);
});
