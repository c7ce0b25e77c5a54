import { assert, assertEquals } from "@std/assert";
import { Channel, createClient, type MessageEncoding } from "../../../mod.ts";
import { cases, type InteropCase, ourLacks, type Role } from "./cases.ts";
import { MessageTap } from "./message_tap.ts";
import { clientCases } from "./our_client.ts";
import { serveTestService } from "./our_server.ts";
import { type Peer, peers } from "./peers.ts";
import type { Programs } from "./prepare.ts";
import { PeerServer, runPeerClient } from "./process.ts";
import { ResultTable } from "./table.ts";
import { loadTestServices } from "./test_service.ts";
import { pathOf } from "./tools.ts";

/** Milliseconds for handlers to end once the client is done. */
const GRACE = 2_000;

const ROLES: readonly Role[] = ["server", "client"];

const { testService, unimplementedService } = loadTestServices(
  pathOf("testing.proto"),
);
const table = new ResultTable(cases.map(({ name }) => name));
const preparations = await Promise.all(peers.map((peer) => peer.prepare()));

for (const role of ROLES) {
  for (const testCase of cases) {
    const column = `itself as ${role}`;
    if (role === "client" || testCase.runs !== undefined) continue;
    if ([...ourLacks.server, ...ourLacks.client].includes(testCase.name)) {
      table.set(testCase.name, column, "not offered by this module");
    }
  }
}

for (const [index, peer] of peers.entries()) {
  const preparation = preparations[index];
  if ("missing" in preparation) {
    registerMissing(peer, preparation.missing);
    continue;
  }
  for (const testCase of cases) {
    register(peer, "server", testCase, () => asClient(preparation, testCase));
  }
  for (const testCase of cases) {
    register(peer, "client", testCase, () => asServer(preparation, testCase));
  }
}

Deno.test.afterAll(() => console.log(`\n${table}`));
