/** What happens to a server, told apart by `type`. */
export type ServerEvent =
  & {
    /** Milliseconds of the server's clock. */
    readonly at: number;
    /** The server. */
    readonly serverId: number;
  }
  & (
    /** It listens. */
    | {
      readonly type: "server-listening";
      readonly addr: Deno.Addr;
      /** Whether its connections are encrypted. */
      readonly isSecure: boolean;
    }
    /** The handshake of a connection to it is over. */
    | {
      readonly type: "server-connected";
      /** The connection: `Transport.id`. */
      readonly connectionId: number;
    }
    /** It listens no more, and all its connections are closed. */
    | { readonly type: "server-closed" }
  );
