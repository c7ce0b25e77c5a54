import type { CloseReason } from "../../mod.ts";
import type { HeaderField } from "../../src/hpack/mod.ts";
import {
  listen,
  type Listener,
  type StreamAcceptor,
  type Transport,
  type TransportEvent,
  type TransportStream,
} from "../../src/transport/mod.ts";
import type { ServerSessionOptions } from "../../src/session/mod.ts";
import { EventLog } from "./event_log.ts";

/** What happens on the connections of our server, numbered from 1. */
export type ServerEvent = TransportEvent & { readonly conn: number };

/** What our server does with streams. */
export type StreamManner =
  /** What `listen` does by itself. */
  | "refuse"
  /** It echoes what comes, and ends no stream. */
  | "hold"
  /** It echoes what comes, and ends the streams with OK once it drains. */
  | "finish when draining";

/** A server of ours, and all that happened on its connections. */
export class OurServer implements AsyncDisposable {
  /** What listens. */
  readonly listener: Listener;
  /** All events. */
  readonly log: EventLog<ServerEvent> = new EventLog();
  readonly #numbers = new Map<Transport, number>();

  /** Listens on a free port of this machine. */
  constructor(
    options: ServerSessionOptions = {},
    manner: StreamManner = "refuse",
  ) {
    const echo = new Echo();
    this.listener = listen({
      ...options,
      hostname: "127.0.0.1",
      port: 0,
      ...(manner === "refuse" ? {} : { onStream: echo.onStream }),
      onEvent: (event, transport) => {
        if (event.type === "draining" && manner === "finish when draining") {
          echo.finish();
        }
        this.log.add({ ...event, conn: this.#numberOf(transport) });
      },
    });
  }

  /** The address as `host:port`. */
  get target(): string {
    return `127.0.0.1:${(this.listener.addr as Deno.NetAddr).port}`;
  }

  /** The events of one type on one connection. */
  events<Type extends ServerEvent["type"]>(
    conn: number,
    type: Type,
  ): (ServerEvent & { type: Type })[] {
    const isWanted = (
      event: ServerEvent,
    ): event is ServerEvent & { type: Type } =>
      event.conn === conn && event.type === type;
    return this.log.events.filter(isWanted);
  }

  /** Waits for so many events of one type on one connection. */
  async until<Type extends ServerEvent["type"]>(
    conn: number,
    type: Type,
    { count = 1, patience }: { count?: number; patience?: number } = {},
  ): Promise<(ServerEvent & { type: Type })[]> {
    return await this.log.until(
      `${count} ${type} on connection ${conn}`,
      () => {
        const events = this.events(conn, type);
        return events.length >= count ? events : undefined;
      },
      patience,
    );
  }

  /** Waits for the end of a connection. */
  async untilClosed(conn: number, patience?: number): Promise<CloseReason> {
    const [{ reason }] = await this.until(conn, "closed", { patience });
    return reason;
  }

  /** Waits for the end of any connection, for a certain reason. */
  async untilAnyClosed(
    kind: CloseReason["kind"],
  ): Promise<ServerEvent & { type: "closed" }> {
    return await this.log.until(`connection that ends as ${kind}`, (events) => {
      for (const event of events) {
        if (event.type === "closed" && event.reason.kind === kind) return event;
      }
    });
  }

  /** Closes all connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.listener.close();
  }

  #numberOf(transport: Transport): number {
    const number = this.#numbers.get(transport) ?? this.#numbers.size + 1;
    this.#numbers.set(transport, number);
    return number;
  }
}

const HEADERS: readonly HeaderField[] = [
  [":status", "200"],
  ["content-type", "application/grpc"],
];
const TRAILERS: readonly HeaderField[] = [["grpc-status", "0"]];

class Echo {
  readonly #streams: TransportStream[] = [];

  readonly onStream: StreamAcceptor = (stream) => {
    stream.sendHeaders(HEADERS, false);
    this.#streams.push(stream);
    return {
      onHeaders: () => {},
      onData: (data) => {
        stream.consumed(data.length);
        stream.sendData(data.slice(), false);
      },
      onWritable: () => {},
      onReset: () => {},
      onClosed: () => {},
    };
  };

  finish(): void {
    for (const stream of this.#streams) stream.sendHeaders(TRAILERS, true);
  }
}
