import type { Target } from "./address.ts";
import type { AcceptedSocket, ListeningSocket } from "./socket.ts";
import type { DialTlsOptions } from "./dial_tls.ts";
import type { ListenTlsOptions } from "./listen_tls.ts";

/** How a {@linkcode Network} is to connect. */
export interface ConnectOptions {
  /** Gives up the attempt, TLS included. */
  readonly signal: AbortSignal;
  /** Begin with TLS, and agree on `h2` by ALPN; checked before. */
  readonly tls?: DialTlsOptions | undefined;
  /** Is to be called when the TLS handshake begins. */
  readonly onTls?: (() => void) | undefined;
  /**
   * Whether the attempt holds the process open. A channel holds it itself.
   *
   * @default {true}
   */
  readonly holds?: boolean;
}

/** Where a {@linkcode Network} is to listen. */
export type ListenAddress =
  | {
    readonly transport: "tcp";
    /** Left out for all addresses of the machine, of IPv4 and IPv6. */
    readonly hostname?: string;
    /** 0 for any that is free. */
    readonly port: number;
    /** Whether other processes may listen on the port, too. */
    readonly reusePort?: boolean;
  }
  | { readonly transport: "unix"; readonly path: string };

/** How a {@linkcode Network} is to listen. */
export interface NetworkListenOptions {
  /** Sockets begin with TLS, and `handshake()` runs it; checked before. */
  readonly tls?: ListenTlsOptions | undefined;
}

/** What a {@linkcode Network} is to know of a name. */
export interface ResolveOptions {
  /** What is to be connected to at the addresses. */
  readonly port: number;
  /** The answer is not needed any more. */
  readonly signal: AbortSignal;
}

/**
 * Where connections come from: all input and output of a channel or a server.
 * Give another one for a proxy, a pair of pipes or a simulation.
 *
 * TLS is a part of it, as what encrypts needs the sockets of its platform. One
 * that has none refuses `tls` with an error.
 *
 * @example All connections by way of an address of your own
 * ```ts
 * import { dial, denoNetwork, type Network } from "@keepalive/grpc/transport";
 *
 * const viaRelay: Network = {
 *   ...denoNetwork,
 *   connect: (_target, options) =>
 *     denoNetwork.connect(
 *       { transport: "tcp", hostname: "127.0.0.1", port: 8_080 },
 *       options,
 *     ),
 * };
 * const dialling = dial("orders.example:443", { network: viaRelay });
 * await dialling.catch(({ phase }) => console.log(phase)); // connect
 * ```
 */
export interface Network {
  /**
   * Connects to an address. The promise must be rejected soon after `signal` is
   * aborted: the end of the attempt is waited for, for a second at the most, so
   * that nothing is left of it. A socket that comes later is closed.
   *
   * @throws {Error} If there is no connection to be had.
   */
  connect(target: Target, options: ConnectOptions): Promise<AcceptedSocket>;
  /**
   * Listens on an address, from now on.
   *
   * @throws {Error} If it cannot be listened on.
   */
  listen(
    address: ListenAddress,
    options: NetworkListenOptions,
  ): ListeningSocket;
  /**
   * Looks up the addresses of a host, each an IP address, or a name that
   * `connect` knows.
   *
   * @throws {Error} If it has none.
   */
  resolve(
    hostname: string,
    options: ResolveOptions,
  ): Promise<readonly string[]>;
}

/** What a network has to have, for the check of an option. */
export const NETWORK_MEMBERS = ["connect", "listen", "resolve"];
