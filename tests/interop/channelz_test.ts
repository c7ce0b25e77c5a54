/**
 * channelz asked by the generated clients of grpc-go and grpc-java: what ours
 * tells of a scene beside what that of grpc-go tells of the same.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import {
  Channel,
  createClient,
  Health,
  HealthDefinition,
  serve,
} from "../../mod.ts";
import { Channelz } from "../../src/channelz/mod.ts";
import {
  type AvailablePeer,
  type Peer,
  peers,
  prepareJava,
} from "./peers/mod.ts";
import { run } from "./tools.ts";

/** What a client has found out. */
interface Findings {
  readonly missing: readonly number[];
  readonly end: boolean;
  readonly channel: Readonly<Record<string, unknown>>;
  readonly subchannel: Readonly<Record<string, unknown>>;
  readonly socket: Readonly<Record<string, unknown>>;
  readonly server: Readonly<Record<string, unknown>>;
  readonly accepted: Readonly<Record<string, unknown>>;
}

const CHANNEL = {
  state: "READY",
  started: 4,
  succeeded: 3,
  failed: 1,
  last_call: true,
  traced: true,
};

const SOCKET = {
  streams_started: 4,
  streams_succeeded: 4,
  streams_failed: 0,
  keep_alives_sent: 0,
  last_sent: true,
  last_received: true,
  local_window: true,
  remote_window: true,
  local_address: "127.0.0.1",
  remote_address: "127.0.0.1",
};

/** Three calls that succeed, and one that does not. */
const EXPECTED: Findings = {
  missing: [5, 5, 5, 5],
  end: true,
  channel: CHANNEL,
  subchannel: CHANNEL,
  socket: {
    ...SOCKET,
    messages_sent: 4,
    messages_received: 3,
    last_local_stream: true,
    last_remote_stream: false,
  },
  server: { failed: 5, last_call: true, listening: true },
  accepted: {
    ...SOCKET,
    messages_sent: 3,
    messages_received: 4,
    last_local_stream: false,
    last_remote_stream: true,
  },
};

const grpcGo = peers.find(({ name }) => name === "grpc-go")!;
const clients: readonly Peer[] = [
  grpcGo,
  { name: "grpc-java", prepare: prepareJava },
];

/** What a client finds out about a server, which calls itself. */
async function ask(
  { command, env }: AvailablePeer,
  port: number,
): Promise<Findings> {
  const target = `127.0.0.1:${port}`;
  const asked = await run([...command, "channelz", "--target", target], {
    env: { ...env },
  });
  const line = asked.text.split("\n")
    .find((each) => each.includes('"type":"channelz"'));
  assert(asked.ok && line !== undefined, asked.text);
  const { at: _at, type: _type, ...findings } = JSON.parse(line);
  return findings;
}

/** The scene of `scene` in grpc-go's peer, with a server and a channel of ours. */
async function ourScene(
  look: (port: number) => Promise<void>,
): Promise<void> {
  const observer = new Channelz();
  await using server = serve(
    { hostname: "127.0.0.1", port: 0, observer },
    [new Health().service, observer.service],
  );
  const { port } = server.addr as Deno.NetAddr;
  await using channel = new Channel(`127.0.0.1:${port}`, { observer });
  const { check } = createClient(HealthDefinition, channel);
  for (const service of ["", "", ""]) await check({ service });
  await check({ service: "unknown" }).catch(() => {});
  await look(port);
}

/** The same with grpc-go at both ends. */
async function goScene(
  { command }: AvailablePeer,
  look: (port: number) => Promise<void>,
): Promise<void> {
  const [program, ...args] = command;
  await using child = new Deno.Command(program, {
    args: [...args, "scene"],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream())[
    Symbol.asyncIterator
  ]();
  const { value } = await lines.next();
  await look(JSON.parse(value!).port);
  await lines.return?.();
}

for (const client of clients) {
  const preparation = await client.prepare();
  const go = await grpcGo.prepare();
  const missing = [preparation, go].find(({ available }) => !available);
  const why = missing?.available === false ? missing.why.split("\n")[0] : "";
  Deno.test({
    name: missing === undefined
      ? `channelz tells ${client.name}'s client what grpc-go's own tells it`
      : `channelz asked by ${client.name} (skipped: ${why})`,
    ignore: missing !== undefined,
    sanitizeResources: false,
    fn: async () => {
      assert(preparation.available && go.available);
      await ourScene(async (port) =>
        assertEquals(await ask(preparation, port), EXPECTED)
      );
      await goScene(
        go,
        async (port) => assertEquals(await ask(preparation, port), EXPECTED),
      );
    },
  });
}
