import type { Socket as TcpSocket } from "node:net";
import type { Target } from "./address.ts";
import type { Socket } from "./socket.ts";

/** What is to be reached through a proxy. */
export type TcpTarget = Target & { readonly transport: "tcp" };

/** A connection to a proxy, before what is behind it can be talked to. */
export interface ProxyConnection {
  /** The next octets, so many of them; no octet behind them is taken. */
  read(length: number): Promise<Uint8Array>;
  /** Sends octets. */
  write(octets: Uint8Array): Promise<void>;
}

/** A proxy, and how to ask it for a connection. */
export interface Proxy {
  /** Where it is. */
  readonly address: TcpTarget;
  /**
   * Has the proxy connect: what is sent from then on goes to the target.
   *
   * @throws {Error} If it refuses, or what it says is not its protocol.
   */
  open(connection: ProxyConnection, target: TcpTarget): Promise<void>;
}

/** Reads and writes a socket of Deno's. */
export function overSocket(socket: Socket): ProxyConnection {
  return {
    async read(length) {
      const octets = new Uint8Array(length);
      for (let at = 0; at < length;) {
        const count = await socket.read(octets.subarray(at));
        if (count === null) throw hungUp();
        at += count;
      }
      return octets;
    },
    async write(octets) {
      for (let at = 0; at < octets.length;) {
        at += await socket.write(octets.subarray(at));
      }
    },
  };
}

/** Reads and writes a socket of `node:net`. */
export function overNode(tcp: TcpSocket): ProxyConnection {
  return {
    async read(length) {
      for (;;) {
        const octets: Uint8Array | null = tcp.read(length);
        if (octets !== null && octets.length === length) return octets;
        if (tcp.destroyed || tcp.readableEnded) throw hungUp();
        await untilReadable(tcp);
      }
    },
    write: (octets) =>
      new Promise((resolve, reject) =>
        tcp.write(octets, (error) => error ? reject(error) : resolve())
      ),
  };
}

function untilReadable(tcp: TcpSocket): Promise<void> {
  const events = ["readable", "end", "close", "error"] as const;
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const event of events) tcp.once(event, resolve);
  return promise.finally(() => {
    for (const event of events) tcp.off(event, resolve);
  });
}

function hungUp(): Error {
  return new Error("it closed the connection without an answer");
}
