import { Channel, type ChannelOptions, DialError } from "../../../mod.ts";
import { StartError, UsageError } from "../usage_error.ts";
import type { Endpoint } from "./flags.ts";

/**
 * A channel to an endpoint.
 *
 * @throws {UsageError} If the library refuses what the flags say.
 */
export function channelTo(
  endpoint: Endpoint,
  more: ChannelOptions = {},
): Channel {
  const { target, authority, connectTimeout, keepalive } = endpoint;
  try {
    return new Channel(target, {
      tls: tlsOf(endpoint),
      ...(authority === undefined ? {} : { authority }),
      handshakeTimeout: connectTimeout,
      keepalive,
      ...more,
    });
  } catch (error) {
    throw inFlags(error);
  }
}

/**
 * Connects.
 *
 * @throws {StartError} If it fails.
 */
export async function connect(channel: Channel): Promise<void> {
  try {
    await channel.connect();
  } catch (error) {
    throw startError(error);
  }
}

/** Why no connection could be made, in a line; other errors as they are. */
export function startError(error: unknown): unknown {
  const isExpected = error instanceof DialError ||
    error instanceof Deno.errors.NotCapable ||
    (error instanceof Error && error.name === "Error");
  return isExpected ? new StartError(tlsFlags(error.message)) : inFlags(error);
}

type Naming = readonly [option: RegExp, flag: string];

function tlsOf(endpoint: Endpoint): ChannelOptions["tls"] {
  const { tls, ca, systemCa, cert, key, serverName } = endpoint;
  if (!tls) return false;
  return {
    ...(ca === undefined ? {} : { caCerts: [ca], systemCaCerts: systemCa }),
    ...(cert === undefined ? {} : { cert, key: key! }),
    ...(serverName === undefined ? {} : { serverName }),
  };
}

/** The options of TLS, which what the library says of a connection may name. */
const TLS_FLAGS: readonly Naming[] = [
  [/\btls\.caCerts\b/g, "--ca"],
  [/\btls\.cert\b/g, "--cert"],
  [/\btls\.key\b/g, "--key"],
  [/\btls\.serverName\b/g, "--server-name"],
];

/** The names of options that are flags of another name. */
const FLAGS: readonly Naming[] = [
  ...TLS_FLAGS,
  [/\bkeepalive\.time\b/g, "--keepalive-time"],
  [/\bkeepalive\.timeout\b/g, "--keepalive-timeout"],
  [/\bhandshakeTimeout\b/g, "--connect-timeout"],
  [/\bauthority\b/g, "--authority"],
];

/** What the library refuses is a flag that cannot be used. */
function inFlags(error: unknown): unknown {
  if (!(error instanceof TypeError || error instanceof RangeError)) {
    return error;
  }
  return new UsageError(named(error.message, FLAGS));
}

/** What the library says of a connection, with options of TLS named as flags. */
export function tlsFlags(text: string): string {
  return named(text, TLS_FLAGS);
}

function named(text: string, names: readonly Naming[]): string {
  return names.reduce(
    (told, [option, flag]) => told.replace(option, flag),
    text,
  );
}
