import { assert, assertEquals } from "@std/assert";
import { deadline } from "@std/async";
import {
  Channel,
  createClient,
  type MessageEncoding,
  type Server,
  Status,
} from "../../../mod.ts";
import type { Transport } from "../../../src/transport/mod.ts";
import { nextStream } from "./begun.ts";
import {
  cancelled,
  cases,
  type InteropCase,
  ourLacks,
  type Role,
} from "./cases.ts";
import { MessageTap } from "./message_tap.ts";
import { clientCases } from "./our_client.ts";
import { serveTestService } from "./our_server.ts";
import { type Peer, peers } from "./peers.ts";
import type { Programs } from "./prepare.ts";
import { PeerServer, runPeerClient } from "./process.ts";
import { ResultTable } from "./table.ts";
import { loadTestServices } from "./test_service.ts";
import { pathBeside } from "../tools.ts";

/** Milliseconds for a case with our client. */
const TIMEOUT = 20_000;

/** Milliseconds for connections and handlers to end after the client. */
const GRACE = 2_000;

const { testService, unimplementedService } = loadTestServices(
  pathBeside(import.meta.url, "testing.proto"),
);
const table = new ResultTable(cases.map(({ name }) => name));

/** A pair of a server and a client, one of which at least is ours. */
interface Pairing {
  readonly name: string;
  readonly ourLacks: readonly string[];
  readonly peerLacks: readonly string[];
  run(testCase: InteropCase): Promise<void>;
}

registerAll({
  name: "itself",
  ourLacks: [...ourLacks.server, ...ourLacks.client],
  peerLacks: [],
  run: runItself,
});

const preparations = await Promise.all(peers.map((peer) => peer.prepare()));
for (const [index, peer] of peers.entries()) {
  const { name, lacks } = peer;
  const programs = preparations[index];
  if ("missing" in programs) {
    registerMissing(name, programs.missing);
    continue;
  }
  registerAll({
    name: `${name} server`,
    ourLacks: ourLacks.client,
    peerLacks: lacks.server,
    run: (testCase) => runPeerServer(programs, testCase),
  });
  registerAll({
    name: `${name} client`,
    ourLacks: ourLacks.server,
    peerLacks: lacks.client,
    run: (testCase) => runPeerClientCase(peer, programs, testCase),
  });
}

Deno.test.afterAll(() => console.log(`\n${table}\n`));

function registerAll({ name, ourLacks, peerLacks, run }: Pairing): void {
  for (const testCase of cases) {
    const row = testCase.name;
    if (peerLacks.includes(row)) {
      table.set(row, name, "not offered by peer");
    } else if (ourLacks.includes(row)) {
      table.set(row, name, "not offered by this module");
    } else {
      table.set(row, name, "not run");
      Deno.test(`${name}: ${row}`, async () => {
        table.set(row, name, "FAILED");
        await run(testCase);
        table.set(row, name, "ok");
      });
    }
  }
}

function registerMissing(peer: string, why: string): void {
  console.log(`No interop test cases with ${peer}: ${why}`);
  for (const role of ["server", "client"]) {
    const name = `${peer} ${role}`;
    for (const { name: row } of cases) table.set(row, name, "peer missing");
    const [reason] = why.split("\n");
    Deno.test.ignore(`${name}: no case is run, ${reason}`, () => {});
  }
}

async function runItself(testCase: InteropCase): Promise<void> {
  const aborted = await serveDuring(testCase, async (port, server) => {
    const { transports } = server.listener;
    await watched(
      testCase,
      "client",
      port,
      (port) => call(port, testCase, () => transports),
    );
  });
  if (cancelled.includes(testCase.name)) {
    assertEquals(aborted, [Status.CANCELLED]);
  }
}

async function runPeerServer(
  programs: Programs,
  testCase: InteropCase,
): Promise<void> {
  await using server = await PeerServer.start(programs);
  const { port } = server;
  await watched(testCase, "client", port, (port) => call(port, testCase));
}

async function runPeerClientCase(
  { cancelled }: Peer,
  programs: Programs,
  testCase: InteropCase,
): Promise<void> {
  const name = testCase.runs ?? testCase.name;
  const run = (port: number) => runPeerClient(programs, port, name);
  const aborted = await serveDuring(testCase, async (port) => {
    await watched(testCase, "server", port, run);
  });
  if (cancelled.includes(name)) assertEquals(aborted, [Status.CANCELLED]);
}

/**
 * Runs a case with our client. A call has begun when there is a stream on the
 * transports that are given, or else at this end.
 */
async function call(
  port: number,
  testCase: InteropCase,
  transports?: () => Iterable<Transport>,
): Promise<void> {
  const run = clientCases[testCase.runs ?? testCase.name];
  assert(run !== undefined, `no client case ${testCase.name}`);
  const own = new Set<Transport>();
  await using channel = new Channel(`127.0.0.1:${port}`, {
    onEvent: (_, transport) => own.add(transport),
  });
  await channel.connect();
  const untilBegun = nextStream(transports ?? (() => own));
  const test = createClient(testService, channel);
  const unimplemented = createClient(unimplementedService, channel);
  const compression = encodingOf(testCase);
  const timer = setTimeout(() => channel.close(), TIMEOUT);
  try {
    await run({ test, unimplemented, untilBegun }, { compression });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Runs our server; no handler may outlive the client. Resolves to the status
 * codes of the calls that ended before their handlers.
 */
async function serveDuring(
  testCase: InteropCase,
  use: (port: number, server: Server) => Promise<void>,
): Promise<readonly number[]> {
  const { server, aborted } = serveTestService(
    testService,
    encodingOf(testCase),
  );
  try {
    await use((server.addr as Deno.NetAddr).port, server);
  } finally {
    await deadline(server.shutdown({ grace: GRACE }), 2 * GRACE);
  }
  return aborted;
}

function encodingOf({ runs }: InteropCase): MessageEncoding {
  return runs === undefined ? "identity" : "gzip";
}

/** Checks the compressed flags, for a case that is about them. */
async function watched(
  { flags }: InteropCase,
  ourRole: Role,
  target: number,
  use: (port: number) => Promise<void>,
): Promise<void> {
  if (flags === undefined) return await use(target);
  const { from, compressed } = flags;
  const sender = from === "this module" ? ourRole : from;
  const tap = new MessageTap(target);
  {
    await using _ = tap;
    await use(tap.port);
  }
  assertEquals(tap.flags[sender], compressed, `compressed flags of ${sender}`);
}
