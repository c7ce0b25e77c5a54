/**
 * Calls the greeter in each of the four ways. See `deno task greeter:client
 * --help`.
 *
 * @module
 */
import { delay } from "@std/async";
import { Command } from "commander";
import {
  Channel,
  type Client,
  createClient,
  GrpcError,
  Metadata,
  Status,
} from "@keepalive/grpc";
import { readArguments, type Request } from "../cli/command.ts";
import { reader } from "../cli/flag_value.ts";
import { runTool } from "../cli/run_tool.ts";
import { UsageError } from "../cli/usage_error.ts";
import { Greeter } from "./greeter.ts";

/** What the flags set. */
interface Settings {
  readonly target: string;
  readonly tls?: boolean;
  readonly ca?: string;
  readonly name: string;
  readonly language: string;
  readonly patience: number;
}

/** Milliseconds for each call; the first one connects as well. */
const DEADLINE = 5_000;

await runTool("greeter:client", parse, run);

function parse(args: readonly string[]): Request<Settings> {
  const command = new Command("deno task greeter:client")
    .description("Calls the greeter in each of the four ways.")
    .option("--target <host:port>", "Where the server is", "localhost:50051")
    .option("--tls", "Connect with TLS")
    .option(
      "--ca <file>",
      "Connect with TLS, and trust these certificates",
      reader("ca", "pem"),
    )
    .option("--name <name>", "Whom to greet", "Deno")
    .option("--language <language>", "Language of the first greeting", "de")
    .option(
      "--patience <ms>",
      "How long to listen to a stream",
      reader("patience", "count"),
      1_200,
    );
  return readArguments(command, args, () => command.opts<Settings>());
}

async function run(settings: Settings): Promise<number> {
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

/** What the library refuses is a flag that cannot be used. */
function connect({ target, tls, ca, language }: Settings): Channel {
  try {
    new Metadata({ "accept-language": language });
    return new Channel(target, {
      tls: ca === undefined ? tls : { caCerts: [ca] },
      keepalive: { time: 10_000, timeout: 1_000, permitWithoutStream: true },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

type GreeterClient = Client<typeof Greeter>;

async function sayHello(
  greeter: GreeterClient,
  { name, language }: Settings,
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
  { name }: Settings,
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
  { name, patience }: Settings,
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
    console.log(`(refused: ${error.details})`);
  }
}

function hasStatus(error: unknown, code: number): error is GrpcError {
  return error instanceof GrpcError && error.code === code;
}
