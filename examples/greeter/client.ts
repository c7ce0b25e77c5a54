/**
 * Calls the greeter in each of the four ways. See `deno task greeter:client
 * --help`.
 *
 * @module
 */
import { delay } from "@std/async";
import {
  Channel,
  type Client,
  createClient,
  GrpcError,
  Metadata,
  Status,
} from "@keepalive/grpc";
import { runTool } from "../../src/cli/mod.ts";
import { type ClientFlags, parseClient, refused } from "./flags.ts";
import { Greeter } from "./greeter.ts";

/** Milliseconds for each call; the first one connects as well. */
const DEADLINE = 5_000;

await runTool("greeter:client", parseClient, run);

async function run(settings: ClientFlags): Promise<number> {
  await using channel = connect(settings);
  const greeter = createClient(Greeter, channel);
  try {
    await sayHello(greeter, settings);
    await lotsOfGreetings(greeter, settings);
    await bidiHello(greeter);
    await sayHelloToNobody(greeter);
    await lotsOfReplies(greeter, settings);
    return 0;
  } catch (error) {
    if (!(error instanceof GrpcError)) throw error;
    console.error(`The call failed with ${error.message}`);
    return 1;
  }
}

function connect({ target, tls, language }: ClientFlags): Channel {
  try {
    new Metadata({ "accept-language": language });
    return new Channel(target, {
      tls,
      keepalive: { time: 10_000, timeout: 1_000, permitWithoutStream: true },
    });
  } catch (error) {
    throw refused(error, {});
  }
}

type GreeterClient = Client<typeof Greeter>;

async function sayHello(
  greeter: GreeterClient,
  { name, language }: ClientFlags,
): Promise<void> {
  const { message } = await greeter.sayHello({ name }, {
    deadline: DEADLINE,
    metadata: { "accept-language": language },
    onHeaders: (headers) =>
      console.log(`(in "${headers.get("content-language")}")`),
  });
  console.log(message);
}

async function lotsOfGreetings(
  greeter: GreeterClient,
  { name }: ClientFlags,
): Promise<void> {
  const names = [{ name: "Ada" }, { name: "Grace" }, { name }];
  const { message } = await greeter.lotsOfGreetings(names, {
    deadline: DEADLINE,
  });
  console.log(message);
}

async function bidiHello(greeter: GreeterClient): Promise<void> {
  async function* names() {
    for (const name of ["Ada", "Grace"]) {
      yield { name };
      await delay(100);
    }
  }
  for await (
    const { message } of greeter.bidiHello(names(), { deadline: DEADLINE })
  ) {
    console.log(message);
  }
}

/** Listens until the server says goodbye, or the deadline passes. */
async function lotsOfReplies(
  greeter: GreeterClient,
  { name, patience }: ClientFlags,
): Promise<void> {
  const replies = greeter.lotsOfReplies({ name }, { deadline: patience });
  try {
    for await (const { message } of replies) console.log(message);
  } catch (error) {
    if (!hasStatus(error, Status.DEADLINE_EXCEEDED)) throw error;
    console.log("(that is enough)");
  }
}

async function sayHelloToNobody(greeter: GreeterClient): Promise<void> {
  try {
    await greeter.sayHello({ name: "" }, { deadline: DEADLINE });
  } catch (error) {
    if (!hasStatus(error, Status.INVALID_ARGUMENT)) throw error;
    console.log(`(refused: ${error.statusMessage})`);
  }
}

function hasStatus(error: unknown, code: number): error is GrpcError {
  return error instanceof GrpcError && error.code === code;
}
