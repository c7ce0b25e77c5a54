/**
 * The flags of the greeter's programs.
 *
 * @module
 */
import { Command } from "commander";
import {
  readArguments,
  reader,
  type Request,
  UsageError,
} from "../../src/cli/mod.ts";

/** What the flags of the server set. */
export interface ServerFlags {
  /** `--port` */
  readonly port: number;
  /** The content of `--cert` and `--key`. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** What the flags of the client set. */
export interface ClientFlags {
  /** `--target` */
  readonly target: string;
  /** `--tls`, or the content of `--ca`. */
  readonly tls: boolean | { readonly caCerts: string[] };
  /** `--name` */
  readonly name: string;
  /** `--language` */
  readonly language: string;
  /** `--patience`, in milliseconds. */
  readonly patience: number;
}

/** Reads the arguments of the server. */
export function parseServer(args: readonly string[]): Request<ServerFlags> {
  const command = new Command("deno task greeter:server")
    .description("Serves a greeter with the four kinds of call.")
    .option(
      "--port <port>",
      "Port to listen on; 0 takes a free one",
      reader("port", "port"),
      50_051,
    )
    .option(
      "--cert <file>",
      "Certificate chain in PEM; turns TLS on",
      reader("cert", "pem"),
    )
    .option("--key <file>", "Private key in PEM", reader("key", "pem"));
  return readArguments(command, args, () => {
    const { port, cert, key } = command.opts();
    if (cert === undefined && key === undefined) return { port };
    if (cert !== undefined && key !== undefined) {
      return { port, tls: { cert, key } };
    }
    throw new UsageError("Cannot use TLS: --cert and --key go together");
  });
}

/** Reads the arguments of the client. */
export function parseClient(args: readonly string[]): Request<ClientFlags> {
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
  return readArguments(command, args, () => {
    const { ca, tls = false, ...flags } = command.opts();
    return {
      ...flags,
      tls: ca === undefined ? tls : { caCerts: [ca] },
    } as ClientFlags;
  });
}

/** What the library or the system refuses is a flag that cannot be used. */
export function refused(error: unknown, { port }: { port?: number }): Error {
  return new UsageError(
    error instanceof Deno.errors.AddrInUse
      ? `Cannot listen on --port ${port}: Address already in use`
      : (error as Error).message,
  );
}
