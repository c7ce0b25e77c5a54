import type { VirtualClock } from "../../harness/virtual_clock.ts";
import type { ClientKeepaliveOptions } from "../../../mod.ts";
import { sleepWatchOf } from "../../../src/client/connections/sleep_watch.ts";
import type { TrustSetup } from "../../../src/client/connections/trust.ts";
import { TrustedConnection } from "../../../src/client/connections/trusted_connection.ts";
import { CLOCK, Connection, virtually, wait } from "./dials.ts";

/** Milliseconds for an answer to a PING. */
export const PATIENCE = 10_000;

/** Milliseconds without a read that are a silence. */
export const SILENCE = 60_000;

/** Options of a trusted and of its connection. */
export interface LinkTestSetup extends Partial<TrustSetup> {
  readonly keepalive?: ClientKeepaliveOptions;
}

/** A trusted on a connection whose peer is the test, and what it told. */
export class Trusting {
  readonly told: string[] = [];
  readonly connection: Connection;
  readonly trusted: TrustedConnection;
  readonly #time: VirtualClock;

  constructor(time: VirtualClock, { keepalive, ...setup }: LinkTestSetup = {}) {
    this.#time = time;
    this.connection = new Connection({ client: { keepalive } }, {
      onEvent: (event) => this.trusted.onEvent(event),
    });
    this.trusted = new TrustedConnection(
      this.connection.transport,
      {
        clock: CLOCK,
        sleep: sleepWatchOf(setup.clock ?? CLOCK),
        suspicionTimeout: PATIENCE,
        verify: "off",
        verifyAfter: SILENCE,
        ...setup,
      },
      {
        address: this.connection.transport.peer,
        onSuspect: (_link, reason) => this.told.push(reason),
        onHeld: (_link, reason) => this.told.push(`held: ${reason}`),
        onTrusted: () => this.told.push("trusted"),
        onRoom: () => {},
        onUnusable: () => {},
      },
    );
  }

  get pings(): number {
    return this.connection.socket.pings.length;
  }

  /** The peer acknowledges all PINGs. */
  async acknowledge(): Promise<void> {
    await wait(this.#time);
    this.connection.socket.acknowledgePings();
    await wait(this.#time);
  }
}

/** Declares a test of a trusted in virtual time. */
export function trusting(
  name: string,
  body: (trusting: Trusting, time: VirtualClock) => Promise<void>,
  setup?: LinkTestSetup,
): void {
  Deno.test(
    name,
    virtually(async (time) => {
      const subject = new Trusting(time, setup);
      await subject.connection.establish();
      await wait(time);
      await body(subject, time);
    }),
  );
}
