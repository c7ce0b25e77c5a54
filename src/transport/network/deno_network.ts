import { connectSocket } from "./connect.ts";
import { lookupAddresses } from "./lookup.ts";
import type { Network } from "./network.ts";
import { NodeTlsListener } from "./node_tls_listener.ts";
import type { AcceptedSocket, ListeningSocket } from "./socket.ts";
import { ALPN, type ListenTlsOptions } from "./tls.ts";
import { identityError } from "./tls_identity.ts";

type TcpAddress = {
  readonly hostname: string;
  readonly port: number;
  readonly reusePort?: boolean;
};

/**
 * The sockets of Deno: TCP and Unix ones, TLS on both of its implementations,
 * and the names that the system knows.
 */
export const denoNetwork: Network = {
  connect: connectSocket,
  listen: (address, { tls }) => {
    if (address.transport === "unix") return Deno.listen(address);
    if (tls === undefined) return Deno.listen(address);
    return tls.implementation === "deno"
      ? new DenoTlsListener(address, tls)
      : new NodeTlsListener(address, tls);
  },
  resolve: lookupAddresses,
};

/** A listener of `Deno.listenTls`, whose sockets keep Nagle's algorithm. */
class DenoTlsListener implements ListeningSocket {
  readonly hasNagle = true;
  readonly #listener: Deno.TlsListener;

  constructor(address: TcpAddress, { cert, key }: ListenTlsOptions) {
    const alpnProtocols = ALPN;
    try {
      this.#listener = Deno.listenTls({ ...address, cert, key, alpnProtocols });
    } catch (error) {
      throw identityError({ cert, key }, error);
    }
  }

  get addr(): Deno.NetAddr {
    return this.#listener.addr;
  }

  accept(): Promise<AcceptedSocket> {
    return this.#listener.accept();
  }

  close(): void {
    this.#listener.close();
  }
}
