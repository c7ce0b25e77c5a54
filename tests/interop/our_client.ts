import {
  clientParameters,
  type ClientSessionOptions,
  type CloseReason,
  dial,
  Session,
  type StreamEvent,
  systemClock,
  Transport,
  type TransportEvent,
} from "../../mod.ts";
import { EventLog } from "./event_log.ts";
import { grpcMessage, literalBlock } from "./grpc_octets.ts";

/** What happens on a connection of ours; streams are told without their octets. */
export type ClientEvent =
  | TransportEvent
  | { readonly type: StreamEvent["type"]; readonly endStream: boolean };

/** A connection of ours, and all that happened on it. */
export class OurClient implements AsyncDisposable {
  /** The connection. */
  readonly transport: Transport;
  /** All events. */
  readonly log: EventLog<ClientEvent>;

  /** Keeps a connection and the log of its events. */
  constructor(transport: Transport, log: EventLog<ClientEvent>) {
    this.transport = transport;
    this.log = log;
  }

  /** Waits until so many keepalive PINGs have been acknowledged. */
  async untilAcked(count: number): Promise<void> {
    await this.log.until(
      `${count} acknowledged PINGs`,
      () => this.transport.counters().keepAlivesAcked >= count || undefined,
    );
  }

  /** Waits for an event. */
  async until<Type extends TransportEvent["type"]>(
    type: Type,
  ): Promise<TransportEvent & { type: Type }> {
    const isWanted = (
      event: ClientEvent,
    ): event is TransportEvent & { type: Type } => event.type === type;
    return await this.log.until(type, (events) => events.find(isWanted));
  }

  /** Waits for the end of the connection. */
  async untilClosed(): Promise<CloseReason> {
    return (await this.until("closed")).reason;
  }

  /** Closes the connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.transport.close();
  }
}

/** Dials a server on this machine. */
export async function dialPeer(
  { port }: { port: number },
  options: ClientSessionOptions = {},
): Promise<OurClient> {
  const log = new EventLog<ClientEvent>();
  const transport = await dial(`127.0.0.1:${port}`, {
    ...options,
    onEvent: (event) => log.add(event),
  });
  return new OurClient(transport, log);
}

/** What a client does with its stream once the server drains, after one more message. */
export type WhenDraining = "stay" | "finish";

/**
 * Connects with a `Bidi` stream on which one message went out and came back.
 *
 * A transport opens no streams by itself: its session is told to, from the
 * handlers of events, so that the octets go out with the same turn.
 */
export async function dialHolding(
  { port }: { port: number },
  options: ClientSessionOptions = {},
  whenDraining: WhenDraining = "stay",
): Promise<OurClient> {
  const log = new EventLog<ClientEvent>();
  const socket = await Deno.connect({ hostname: "127.0.0.1", port });
  socket.setNoDelay(true);
  const session = new Session(
    clientParameters(options),
    systemClock.now(),
    Math.random(),
    true,
  );
  const stream = new HeldStream(session, `127.0.0.1:${port}`, whenDraining);
  const transport = new Transport({
    socket,
    session,
    clock: systemClock,
    onEvent: (event) => {
      stream.onEvent(event);
      log.add(event);
    },
    onStream: (event) => {
      stream.onStream(event);
      const endStream = event.type !== "reset" && event.endStream;
      log.add({ type: event.type, endStream });
    },
  });
  const client = new OurClient(transport, log);
  try {
    await log.until("echo", () => log.count("data") > 0 || undefined);
    return client;
  } catch (error) {
    await transport.close();
    throw error;
  }
}

class HeldStream {
  readonly #session: Session;
  readonly #authority: string;
  readonly #whenDraining: WhenDraining;
  #id = 0;
  #drains = false;

  constructor(
    session: Session,
    authority: string,
    whenDraining: WhenDraining,
  ) {
    this.#session = session;
    this.#authority = authority;
    this.#whenDraining = whenDraining;
  }

  onEvent({ type }: TransportEvent): void {
    if (type === "established") this.#open();
    if (type !== "draining") return;
    this.#drains = true;
    this.#send(grpcMessage("more"), false);
  }

  onStream(event: StreamEvent): void {
    if (event.type !== "data") return;
    const { streamId, data } = event;
    this.#session.consumed(streamId, data.length, systemClock.now());
    if (!this.#drains || data.length === 0) return;
    if (this.#whenDraining === "finish") this.#send(new Uint8Array(0), true);
  }

  #open(): void {
    const request = literalBlock({
      ":method": "POST",
      ":scheme": "http",
      ":path": "/echo.Echo/Bidi",
      ":authority": this.#authority,
      "content-type": "application/grpc",
      "te": "trailers",
    });
    this.#id = this.#session.openStream(request, false, systemClock.now());
    this.#send(grpcMessage("hold"), false);
  }

  #send(octets: Uint8Array, endStream: boolean): void {
    if (!this.#session.canSend(this.#id)) return;
    this.#session.sendData(this.#id, octets, endStream, systemClock.now());
  }
}
