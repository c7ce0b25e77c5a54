import { connectSocket } from "./connect.ts";
import { lookupAddresses } from "./lookup.ts";
import { listenEverywhere } from "./every_address.ts";
import type { ListenAddress, Network } from "./network.ts";
import { NodeTlsListener } from "./node_tls_listener.ts";
import type { AcceptedSocket, ListeningSocket } from "./socket.ts";
import { ALPN } from "./alpn.ts";
import type { ListenTlsOptions } from "./listen_tls.ts";
import { identityError } from "./tls_identity.ts";

type TcpAddress = Extract<ListenAddress, { transport: "tcp" }> & {
  readonly hostname: string;
};

/**
 * The sockets of Deno: TCP and Unix ones, TLS on both of its implementations,
 * and the names that the system knows.
 */
export const denoNetwork: Network = {
  connect: connectSocket,
  listen: (address, { tls }) => {
    if (address.transport === "unix") return Deno.listen(address);
    const { hostname, port } = address;
    return hostname === undefined
      ? listenEverywhere(
        port,
        (hostname, port) => listenOn({ ...address, hostname, port }, tls),
      )
      : listenOn({ ...address, hostname }, tls);
  },
  resolve: lookupAddresses,
};

function listenOn(
  address: TcpAddress,
  tls: ListenTlsOptions | undefined,
): ListeningSocket {
  if (tls === undefined) return Deno.listen(address);
  return tls.implementation === "deno"
    ? new DenoTlsListener(address, tls)
    : new NodeTlsListener(address, tls);
}

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
