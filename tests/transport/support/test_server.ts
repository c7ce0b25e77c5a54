import type { AcceptError, CloseReason } from "../../../mod.ts";
import {
  listen,
  type Listener,
  type ListenOptions,
  type Transport,
  type TransportEvent,
} from "../../../src/transport/mod.ts";
import { Inbox } from "./inbox.ts";

/** A listener on the loopback interface, and all that it told. */
export class TestServer implements AsyncDisposable {
  readonly transports: Inbox<Transport> = new Inbox();
  readonly closes: Inbox<CloseReason> = new Inbox();
  readonly errors: Inbox<AcceptError> = new Inbox();
  readonly events: TransportEvent[] = [];
  readonly listener: Listener;

  constructor(options: ListenOptions = {}) {
    const address = options.path === undefined
      ? { hostname: "127.0.0.1", port: 0 }
      : {};
    this.listener = listen({
      ...address,
      onEvent: (event) => {
        this.events.push(event);
        if (event.type === "closed") this.closes.push(event.reason);
      },
      onError: (error) => this.errors.push(error),
      ...options,
    }, (transport) => this.transports.push(transport));
  }

  /** The port. */
  get port(): number {
    return (this.listener.addr as Deno.NetAddr).port;
  }

  /** The address to connect to. */
  get target(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Closes the listener and its connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.listener.close();
  }
}

/** Keepalive of a client that is quick to see a dead peer. */
export const QUICK_CLIENT = {
  time: 200,
  timeout: 150,
  permitWithoutStream: true,
  minimumTime: 0,
};

/** Keepalive of a server that is quick to see a dead peer. */
export const QUICK_SERVER = { time: 200, timeout: 150, minimumTime: 0 };
