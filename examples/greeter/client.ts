/**
 * Calls the greeter in each of the four ways. See `deno task greeter:client
 * --help`.
 *
 * @module
 */
import { delay } from "@std/async";
import { Command } from "commander";
import { Channel, createClient, GrpcError, Status } from "@keepalive/grpc";
import { Greeter } from "./greeter.ts";

const { target, tls, ca, name, language, patience } = new Command(
  "deno task greeter:client",
)
  .option("--target <host:port>", "Where the server is", "localhost:50051")
  .option("--tls", "Connect with TLS")
  .option(
    "--ca <file>",
    "Connect with TLS, and trust these certificates",
  )
  .option("--name <name>", "Whom to greet", "Deno")
  .option(
    "--language <language>",
    "Language of the first greeting",
    "de",
  )
  .option("--patience <ms>", "How long to listen to a stream", "1200")
  .parse(Deno.args, { from: "user" })
  .opts();

/** Milliseconds for each call; the first one connects as well. */
const DEADLINE = 5_000;

await using channel = new Channel(target, {
  tls: ca === undefined ? tls : { caCerts: [await Deno.readTextFile(ca)] },
  keepalive: { time: 10_000, timeout: 1_000, permitWithoutStream: true },
});
const greeter = createClient(Greeter, channel);

async function sayHello(): Promise<void> {
  const { message } = await greeter.sayHello({ name }, {
    deadline: DEADLINE,
    metadata: { "accept-language": language },
    onHeaders: (headers) =>
      console.log(`(in "${headers.get("content-language")}")`),
  });
  console.log(message);
}

async function lotsOfGreetings(): Promise<void> {
  const names = [{ name: "Ada" }, { name: "Grace" }, { name }];
  const { message } = await greeter.lotsOfGreetings(names, {
    deadline: DEADLINE,
  });
  console.log(message);
}

async function bidiHello(): Promise<void> {
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
async function lotsOfReplies(): Promise<void> {
  const replies = greeter.lotsOfReplies({ name }, {
    deadline: Number(patience),
  });
  try {
    for await (const { message } of replies) console.log(message);
  } catch (error) {
    if (!hasStatus(error, Status.DEADLINE_EXCEEDED)) throw error;
    console.log("(that is enough)");
  }
}

async function sayHelloToNobody(): Promise<void> {
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

try {
  await sayHello();
  await lotsOfGreetings();
  await bidiHello();
  await sayHelloToNobody();
  await lotsOfReplies();
} catch (error) {
  if (!(error instanceof GrpcError)) throw error;
  console.error(`The call failed with ${error.message}`);
  Deno.exitCode = 1;
}
