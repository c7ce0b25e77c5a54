/**
 * The scene of `peers/grpc_go_otel`, with this project: the same methods, the
 * same calls in the same order.
 *
 * @module
 */
import { assertEquals, assertRejects } from "@std/assert";
import {
  type CallOptions,
  Channel,
  type ChannelOptions,
  createClient,
  GrpcError,
  type Handlers,
  implement,
  serve,
  type ServeOptions,
  type Server,
  Status,
} from "../../../mod.ts";
import {
  aborted,
  wordMethod,
  Words as Basic,
} from "../../grpc/support/words.ts";

/** The methods of the scene. */
export const Words = {
  ...Basic,
  zip: wordMethod("Zip", false, false),
  none: wordMethod("None", false, false),
  late: wordMethod("Late", false, false),
  flaky: wordMethod("Flaky", false, false),
  endless: wordMethod("Endless", false, true),
};

/** A method that no server has. */
const Missing = { missing: wordMethod("Missing", false, false) };

const handlers: Handlers<typeof Words> = {
  one: (word) => word,
  down: (words) => words.split(" "),
  up: async (words) => (await Array.fromAsync(words)).join(" "),
  both: (words) => words,
  zip: (word, call) => {
    call.compression = call.requestCompressed ? "gzip" : "identity";
    return word;
  },
  none: () => {
    throw new GrpcError(Status.NOT_FOUND, "there is none");
  },
  late: async (_, { signal }) => {
    throw await aborted(signal);
  },
  flaky: (word, { metadata }) => {
    if (metadata.get("grpc-previous-rpc-attempts") === "2") return word;
    throw new GrpcError(Status.UNAVAILABLE, "not yet");
  },
  endless: async function* (word, { signal }) {
    yield word;
    throw await aborted(signal);
  },
};

/** The server of the scene. */
export function serveWords(options: ServeOptions): Server {
  return serve(
    { hostname: "127.0.0.1", port: 0, ...options },
    [implement(Words, handlers)],
  );
}

const serviceConfig = {
  methodConfig: [{
    name: [{ service: "test.Words", method: "Flaky" }],
    retryPolicy: {
      maxAttempts: 4,
      initialBackoff: "0.01s",
      maxBackoff: "0.02s",
      backoffMultiplier: 1,
      retryableStatusCodes: ["UNAVAILABLE"],
    },
  }],
};

/** Runs a call of the scene, such as inside a span. */
export type Around = <Result>(
  name: string,
  call: () => Promise<Result>,
) => Promise<Result>;

const justCall: Around = (_, call) => call();

/** Makes the calls of the scene; nobody listens at `dead`, if it is given. */
export async function makeCalls(
  target: string,
  dead: string | undefined,
  options: ChannelOptions,
  around = justCall,
): Promise<void> {
  await using living = new Channel(target, { serviceConfig, ...options });
  const words = createClient(Words, living);
  const missing = createClient(Missing, living);
  const fails = (name: string, code: number, call: () => Promise<unknown>) =>
    around(name, async () => {
      const error = await assertRejects(call, GrpcError);
      assertEquals(error.code, code, error.message);
    });
  const { NOT_FOUND, DEADLINE_EXCEEDED, UNIMPLEMENTED } = Status;
  const long = { deadline: 60_000 };
  const short = { deadline: 100 };
  const zipped: CallOptions = { ...long, compression: "gzip" };
  await around("One", () => words.one("w".repeat(3_000), long));
  await around("Zip", () => words.zip("z".repeat(10_000), zipped));
  await fails("None", NOT_FOUND, () => words.none("a", long));
  await fails("Late", DEADLINE_EXCEEDED, () => words.late("a", short));
  await around("Flaky", () => words.flaky("a", long));
  await fails("Missing", UNIMPLEMENTED, () => missing.missing("a", long));
  await around("Down", () => Array.fromAsync(words.down("a b c d e")));
  await around("Up", () => words.up(["a", "b", "c", "d"]));
  await around("Both", () => Array.fromAsync(words.both(["a", "b", "c"])));
  for await (const _ of words.endless("a")) break;
  if (dead === undefined) return;
  await using channel = new Channel(dead, options);
  const gone = createClient(Words, channel);
  await fails("One", Status.UNAVAILABLE, () => gone.one("a", long));
  const patient = { ...short, waitForReady: true };
  await fails("One", DEADLINE_EXCEEDED, () => gone.one("a", patient));
}
