import "./thorough.ts";
import {
  clientParameters,
  type ClientSessionOptions,
  serverParameters,
  type ServerSessionOptions,
  Session,
  type SessionEvent,
} from "../../src/session/mod.ts";

/** How octets travel between the two ends. */
export interface TrustedConnection {
  /**
   * Cuts what one end has written into pieces and says when each arrives,
   * in milliseconds from now; an empty list loses it.
   */
  (
    octets: Uint8Array,
  ): { readonly after: number; readonly octets: Uint8Array }[];
}

interface Delivery {
  readonly at: number;
  readonly to: End;
  readonly octets: Uint8Array;
}

interface End {
  readonly session: Session;
  readonly events: SessionEvent[];
  lastArrival: number;
}

/** A link that delivers everything whole, after a latency in milliseconds. */
export function steadyLink(latency = 0): TrustedConnection {
  return (octets) => [{ after: latency, octets }];
}

/** Two sessions on one virtual clock, and what lies between them. */
export class VirtualPair {
  now = 0;
  link: TrustedConnection;
  readonly #client: End;
  readonly #server: End;
  readonly #deliveries: Delivery[] = [];

  constructor(options: {
    client?: ClientSessionOptions;
    server?: ServerSessionOptions;
    link?: TrustedConnection;
    random?: number;
  } = {}) {
    const random = options.random ?? 0.5;
    const client = clientParameters(options.client);
    const server = serverParameters(options.server);
    this.link = options.link ?? steadyLink();
    this.#client = end(new Session(client, 0, { random, observed: true }));
    this.#server = end(new Session(server, 0, { random, observed: true }));
    this.#collect();
  }

  get client(): Session {
    return this.#client.session;
  }

  get server(): Session {
    return this.#server.session;
  }

  get clientEvents(): SessionEvent[] {
    return this.#client.events;
  }

  get serverEvents(): SessionEvent[] {
    return this.#server.events;
  }

  /** Nothing arrives any more, in either direction. */
  cut(): void {
    this.link = () => [];
    this.#deliveries.length = 0;
  }

  /** Gives commands, and sends what comes of them. */
  command<T>(give: (pair: this, now: number) => T): T {
    const result = give(this, this.now);
    this.#collect();
    return result;
  }

  /** Lets time pass, stopping at every arrival and deadline on the way. */
  runTo(time: number): void {
    for (;;) {
      const next = this.#next();
      if (next > time) break;
      this.now = Math.max(this.now, next);
      this.#deliver();
      this.client.advance(this.now);
      this.server.advance(this.now);
      this.#collect();
    }
    this.now = time;
  }

  #next(): number {
    return Math.min(
      this.#deliveries[0]?.at ?? Infinity,
      this.client.deadline(),
      this.server.deadline(),
    );
  }

  /** What arrives at one moment is read before anything is sent in return. */
  #deliver(): void {
    while (this.#deliveries.length > 0 && this.#deliveries[0].at <= this.now) {
      const { to, octets } = this.#deliveries.shift()!;
      to.session.receive(octets, this.now);
      keepEvents(to);
    }
    this.#collect();
  }

  #collect(): void {
    this.#collectFrom(this.#client, this.#server);
    this.#collectFrom(this.#server, this.#client);
  }

  #collectFrom(from: End, to: End): void {
    keepEvents(from);
    for (;;) {
      const written = from.session.takeOutput();
      keepEvents(from);
      if (written.length === 0) return;
      this.#send(written, to);
    }
  }

  #send(written: Uint8Array, to: End): void {
    for (const { after, octets } of this.link(written.slice())) {
      to.lastArrival = Math.max(to.lastArrival, this.now + after);
      const delivery = { at: to.lastArrival, to, octets };
      const index = this.#deliveries.findIndex(({ at }) => at > delivery.at);
      this.#deliveries.splice(
        index < 0 ? this.#deliveries.length : index,
        0,
        delivery,
      );
    }
  }
}

function end(session: Session): End {
  return { session, events: [], lastArrival: 0 };
}

/** Data is borrowed until octets are received again: what is kept is a copy. */
function keepEvents({ session, events }: End): void {
  for (const event of session.takeEvents()) {
    const isData = event.type === "data";
    events.push(isData ? { ...event, data: event.data.slice() } : event);
  }
}
