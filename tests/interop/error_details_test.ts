/**
 * Errors with details, sent and received by the API that each stack has for
 * them: several, one of a type that nobody knows, none.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import {
  Channel,
  createClient,
  GrpcError,
  HealthDefinition,
  implement,
  serve,
} from "../../mod.ts";
import { type Failure, failures, packed, unpacked } from "./error_details.ts";
import { rpcType } from "./google_rpc.ts";
import {
  type AvailablePeer,
  type PeerEvent,
  PeerProcess,
  peers,
} from "./peers/mod.ts";

const STACKS = ["grpc-go", "grpc-java", "connect-go", "grpc-js"];

const failing = implement(HealthDefinition, {
  check({ service }) {
    const { code, message, details } = failures[service];
    throw new GrpcError(code, message, { details: details.map(packed) });
  },
  list() {
    throw new Error("nobody lists");
  },
  watch() {
    throw new Error("nobody watches");
  },
});

/** What a peer tells of a failure; connect-go does not tell the prefixes of types. */
function told({ code, message, details }: PeerEvent): Failure {
  const list = typeof details === "string" ? JSON.parse(details) : details;
  return withoutPrefixes({ code: code!, message: message!, details: list });
}

function withoutPrefixes({ details, ...failure }: Failure): Failure {
  const bare = details.map((detail) => ({
    ...detail,
    "@type": detail["@type"].replace(/^.*\//, ""),
  }));
  return { ...failure, details: bare };
}

async function failureOf(call: Promise<unknown>): Promise<GrpcError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof GrpcError) return error;
    throw error;
  }
  throw new Error("Expected a call to fail");
}

async function exchange(peer: AvailablePeer): Promise<void> {
  await using server = serve({ hostname: "127.0.0.1", port: 0 }, [failing]);
  const { port } = server.addr as Deno.NetAddr;
  await using other = PeerProcess.details(peer, `127.0.0.1:${port}`);
  await other.waitFor("listening");
  const received = other.events.filter(({ type }) => type === "received");
  for (const [name, failure] of Object.entries(failures)) {
    const event = received.find((event) => event.name === name)!;
    assertEquals(told(event), withoutPrefixes(failure), `ours, ${name}`);
  }

  await using channel = new Channel(`127.0.0.1:${other.port}`);
  const { check } = createClient(HealthDefinition, channel);
  for (const [name, failure] of Object.entries(failures)) {
    const error = await failureOf(check({ service: name }));
    const { code, statusMessage: message } = error;
    const details = error.details.map(unpacked);
    assertEquals({ code, message, details }, failure, `its, ${name}`);
    assertEquals(
      error.findDetails(rpcType("ErrorInfo")).map(({ reason }) => reason),
      failure.details.flatMap(({ reason }) => reason ?? []),
    );
  }
}

for (const name of STACKS) {
  const preparation = await peers.find((peer) => peer.name === name)!.prepare();
  const why = preparation.available ? "" : preparation.why.split("\n")[0];
  Deno.test({
    name: preparation.available
      ? `errors with details, to ${name} and from it`
      : `errors with details: ${name} (skipped: ${why})`,
    ignore: !preparation.available,
    fn: async () => {
      assert(preparation.available);
      await exchange(preparation);
    },
  });
}
