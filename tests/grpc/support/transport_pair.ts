import { CLOCK } from "../../harness/virtual_clock.ts";
import {
  clientParameters,
  type ClientSessionOptions,
  serverParameters,
  type ServerSessionOptions,
  Session,
} from "../../../src/session/mod.ts";
import { type StreamAcceptor, Transport } from "../../../src/transport/mod.ts";
import { PipeEnd } from "./pipe.ts";
import { flush, type Timers } from "./timers.ts";

/** How a {@linkcode TransportPair} is set up. */
export interface PairSetup {
  readonly client?: ClientSessionOptions;
  readonly server?: ServerSessionOptions;
  readonly onStream: StreamAcceptor;
}

/** A client's and a server's transport, joined by a pipe, in virtual time. */
export class TransportPair {
  readonly ends: readonly [client: PipeEnd, server: PipeEnd] = PipeEnd.pair();
  readonly clientSession: Session;
  readonly serverSession: Session;
  readonly client: Transport;
  readonly server: Transport;

  constructor({ client, server, onStream }: PairSetup) {
    const now = () => CLOCK.now();
    const clock = CLOCK;
    this.clientSession = new Session(clientParameters(client), now());
    this.serverSession = new Session(serverParameters(server), now());
    this.client = new Transport({
      socket: this.ends[0],
      session: this.clientSession,
      clock,
    });
    this.server = new Transport({
      socket: this.ends[1],
      session: this.serverSession,
      clock,
      onStream,
    });
  }

  /** Both sides. */
  get sides(): { session: Session; transport: Transport }[] {
    return [
      { session: this.clientSession, transport: this.client },
      { session: this.serverSession, transport: this.server },
    ];
  }

  /** Closes both; answers with whether nothing of them is left. */
  async close(timers: Timers): Promise<boolean> {
    let left = 2;
    for (const { transport } of this.sides) {
      transport.close().then(() => left--);
    }
    await this.settle();
    timers.tick(2_000);
    await this.settle();
    return left === 0;
  }

  /** Delivers all that is on the wire, and what comes of it. */
  async settle(): Promise<void> {
    await flush();
    while (this.ends.some((end) => end.hasWire)) {
      for (const end of this.ends) {
        while (end.hasWire) end.deliver(Infinity);
      }
      await flush();
    }
  }
}
