import { CLOCK, type VirtualClock } from "../../harness/virtual_clock.ts";
import {
  clientParameters,
  type ClientSessionOptions,
  serverParameters,
  type ServerSessionOptions,
  Session,
} from "../../../src/session/mod.ts";
import type { Clock } from "../../../src/runtime/mod.ts";
import type { CloseReason } from "../../../mod.ts";
import {
  type StreamAcceptor,
  Transport,
  type TransportEvent,
  type TransportListener,
} from "../../../src/transport/mod.ts";
import { PipeSocket } from "./pipe_socket.ts";

/** A transport on a pipe in virtual time, and all that it told. */
export class VirtualTransport {
  readonly socket: PipeSocket;
  readonly session: Session;
  readonly transport: Transport;
  readonly events: TransportEvent[] = [];
  /** Milliseconds by which the clock is ahead of the timers: they are late. */
  lateness = 0;
  /** Why it closed, once it has. */
  reason: CloseReason | undefined;
  /** Whether nothing is left of it. */
  finished = false;

  constructor(
    setup:
      | { client: ClientSessionOptions }
      | { server: ServerSessionOptions },
    { socket = new PipeSocket(), heard = true, gathers, onEvent, onStream }: {
      socket?: PipeSocket;
      heard?: boolean;
      gathers?: boolean;
      onEvent?: TransportListener;
      onStream?: StreamAcceptor;
    } = {},
  ) {
    const now = () => CLOCK.now() + this.lateness;
    const clock: Clock = { ...CLOCK, now, wall: now };
    const parameters = "client" in setup
      ? clientParameters(setup.client)
      : serverParameters(setup.server);
    this.socket = socket;
    this.session = new Session(parameters, clock.now(), {
      random: 0.5,
      observed: heard,
    });
    this.transport = new Transport({
      socket,
      session: this.session,
      clock,
      gathers,
      onEvent: heard
        ? (event, transport) => {
          this.events.push(event);
          onEvent?.(event, transport);
        }
        : undefined,
      onStream,
    });
    this.transport.closed.then((reason) => this.reason = reason);
    this.transport.finished.then(() => this.finished = true);
  }

  /** The types of all events, in order. */
  get eventTypes(): string[] {
    return this.events.map(({ type }) => type);
  }

  /** The peer says what opens a connection. */
  async establish(): Promise<this> {
    const { role } = this.session.parameters;
    this.socket.greet(role === "client" ? "server" : "client");
    await this.transport.established;
    return this;
  }
}

export { inVirtualTime } from "../../harness/virtual_clock.ts";

/** Lets time pass in small steps, so that what is due can be done meanwhile. */
export async function pass(
  time: VirtualClock,
  milliseconds: number,
  step = 100,
): Promise<void> {
  for (let left = milliseconds; left > 0; left -= step) {
    await time.advance(Math.min(step, left));
  }
  await time.settle();
}
