import { type Command, Option } from "commander";
import type { ClientKeepaliveOptions } from "../../../mod.ts";
import { makeOption } from "../make_option.ts";
import { UsageError } from "../usage_error.ts";

const CONNECTION = "Connection:";
const KEEPALIVE = "Keepalive:";

/** Where to connect to, and how. */
export interface Endpoint {
  readonly target: string;
  readonly tls: boolean;
  readonly ca?: string;
  readonly systemCa: boolean;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
  readonly authority?: string;
  readonly connectTimeout: number;
  readonly keepalive: ClientKeepaliveOptions;
}

/** Flags of a subcommand that connects: what they give is an {@linkcode Endpoint}. */
export function addEndpointFlags(command: Command): void {
  for (const option of [...connection(), ...keepalive()]) {
    command.addOption(option);
  }
  // The word of grpcurl for what is the default here.
  command.addOption(new Option("--plaintext").hideHelp());
  command.addOption(
    new Option("--insecure").hideHelp().argParser(refuseInsecure)
      .preset("true"),
  );
}

function connection(): Option[] {
  const group = CONNECTION;
  const file = { group, placeholder: "file" };
  const name = { group, placeholder: "name" };
  return [
    makeOption("tls", "boolean", "Connect with TLS", {
      group,
      fallback: false,
    }),
    makeOption("ca", "pem", "Trust this file, too; implies --tls", file),
    makeOption("system-ca", "boolean", "With --ca, do not trust the system's", {
      group,
      fallback: true,
    }),
    makeOption("cert", "pem", "Certificate of this client", file),
    makeOption("key", "pem", "Key of this client", file),
    makeOption(
      "server-name",
      "text",
      "The name to expect in the certificate, instead of the host",
      name,
    ),
    makeOption(
      "authority",
      "text",
      "The :authority of calls, for a proxy that chooses by it",
      name,
    ),
    makeOption("connect-timeout", "duration", "How long to wait for it", {
      group,
      fallback: 10_000,
    }),
  ];
}

function keepalive(): Option[] {
  const group = KEEPALIVE;
  return [
    makeOption(
      "keepalive-time",
      "duration",
      "Silence after which a PING is sent",
      { group },
    ),
    makeOption(
      "keepalive-timeout",
      "duration",
      "Further silence, and the server is gone",
      { group },
    ),
    makeOption("permit-without-stream", "boolean", "Also without a call", {
      group,
    }),
  ];
}

/** Deno has no switch for it that a program can turn. */
function refuseInsecure(): never {
  throw new UsageError(
    "Cannot use --insecure: a program cannot turn off Deno's check of certificates; name the server's with --ca, or run `deno run --unsafely-ignore-certificate-errors=HOST …`",
  );
}

/**
 * What the flags give.
 *
 * @throws {UsageError} If they contradict each other.
 */
export function endpointOf(target: string, command: Command): Endpoint {
  const given = command.opts();
  const isTls = given.tls === true;
  const refuse = (flag: string, why: string): never => {
    throw new UsageError(`Cannot use --${flag}: ${why}`);
  };
  if (given.cert !== undefined && given.key === undefined) {
    refuse("cert", "--key is missing");
  }
  if (given.key !== undefined && given.cert === undefined) {
    refuse("key", "--cert is missing");
  }
  if (!given.systemCa && given.ca === undefined) {
    refuse("no-system-ca", "it goes with --ca");
  }
  if (target.startsWith("unix:") && (isTls || given.ca !== undefined)) {
    refuse("tls", `${target} is a Unix socket`);
  }
  if (given.serverName !== undefined && !isTls && given.ca === undefined) {
    refuse("server-name", "it goes with --tls or --ca");
  }
  return {
    ...given as Omit<Endpoint, "target" | "keepalive">,
    target,
    tls: isTls || given.ca !== undefined || given.cert !== undefined,
    keepalive: {
      ...(given.keepaliveTime === undefined ? {} : {
        time: given.keepaliveTime,
      }),
      ...(given.keepaliveTimeout === undefined ? {} : {
        timeout: given.keepaliveTimeout,
      }),
      ...(given.permitWithoutStream === undefined ? {} : {
        permitWithoutStream: given.permitWithoutStream,
      }),
    },
  };
}
