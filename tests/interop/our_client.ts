import {
  clientParameters,
  type ClientSessionOptions,
  Session,
  type StreamEvent,
} from "../../src/session/mod.ts";
import type { CloseReason } from "../../mod.ts";
import {
  dial,
  type StreamConsumer,
  Transport,
  type TransportEvent,
  type TransportStream,
} from "../../src/transport/mod.ts";
import { systemClock } from "../../src/runtime/mod.ts";
import { EventLog } from "./event_log.ts";
import { grpcMessage } from "./grpc_octets.ts";

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

/** Connects with a `Bidi` stream on which one message went out and came back. */
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
    { random: Math.random(), observed: true },
  );
  const stream = new HeldStream(
    `127.0.0.1:${port}`,
    whenDraining,
    (type, endStream) => log.add({ type, endStream }),
  );
  const transport = new Transport({
    socket,
    session,
    clock: systemClock,
    onEvent: (event, transport) => {
      stream.onEvent(event, transport);
      log.add(event);
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

class HeldStream implements StreamConsumer {
  readonly #authority: string;
  readonly #whenDraining: WhenDraining;
  readonly #tell: (type: StreamEvent["type"], endStream: boolean) => void;
  #stream: TransportStream | undefined;
  #drains = false;

  constructor(
    authority: string,
    whenDraining: WhenDraining,
    tell: (type: StreamEvent["type"], endStream: boolean) => void,
  ) {
    this.#authority = authority;
    this.#whenDraining = whenDraining;
    this.#tell = tell;
  }

  onEvent({ type }: TransportEvent, transport: Transport): void {
    if (type === "established") this.#open(transport);
    if (type !== "draining") return;
    this.#drains = true;
    this.#stream?.sendData(grpcMessage("more"), false);
  }

  onHeaders(_: unknown, endStream: boolean): void {
    this.#tell("headers", endStream);
  }

  onData(data: Uint8Array, endStream: boolean): void {
    this.#stream?.consumed(data.length);
    this.#tell("data", endStream);
    if (!this.#drains || data.length === 0) return;
    if (this.#whenDraining === "finish") {
      this.#stream?.sendData(new Uint8Array(0), true);
    }
  }

  onWritable(): void {}

  onReset(): void {
    this.#tell("reset", false);
  }

  onClosed(): void {}

  #open(transport: Transport): void {
    // What came with the SETTINGS of the server may have ended it: see the log.
    if (transport.state.kind !== "open") return;
    this.#stream = transport.openStream(
      [
        [":method", "POST"],
        [":scheme", "http"],
        [":path", "/echo.Echo/Bidi"],
        [":authority", this.#authority],
        ["content-type", "application/grpc"],
        ["te", "trailers"],
      ],
      false,
      this,
    );
    this.#stream.sendData(grpcMessage("hold"), false);
  }
}
