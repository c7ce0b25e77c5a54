import { Few, type FewOf, LateSet } from "../../collections/mod.ts";
import {
  type ConnectionRecorder,
  type DialOptions,
  type DialTlsOptions,
  dialUnheld,
  parseTarget,
  type Transport,
  type TransportEvent,
} from "../../transport/mod.ts";
import { milliseconds } from "../../options/mod.ts";
import type { CloseReason, InformingEventType } from "../../session/mod.ts";
import { ErrorCode } from "../../frames/mod.ts";
import type { AttemptOptions, Dialing } from "./connect_attempt.ts";
import type { ChannelKeepalive } from "./keepalive_in_force.ts";

/** What a channel decides about each of its connections. */
type DecidedOption = "signal" | "keepalive" | "onStream" | "memoryQuota";

/** How the connections of a channel are made. */
export interface DialerSetup {
  /** The options of each connection, except those that the channel decides. */
  readonly options: Readonly<Omit<DialOptions, DecidedOption>>;
  /** What all of them may hold together. */
  readonly memoryQuota: DialOptions["memoryQuota"];
  /** The keepalive of the channel. */
  readonly keepalive: ChannelKeepalive;
  /** The host to expect in certificates. */
  readonly hostname: string;
  /** Records what happens, if that is wanted. */
  readonly recorder: ConnectionRecorder | undefined;
  /** Begins a connection, which outlives the call that needs it. */
  readonly outside: (<Result>(begin: () => Result) => Result) | undefined;
}

/**
 * What trust in a connection is made of: the only events of their kind where
 * nobody watches or records.
 */
const NEEDED: readonly InformingEventType[] = [
  "keepalive-policy",
  "ping-sent",
  "ping-acked",
  "suspended",
];

/** Connections whose sockets are open, by `id`. */
const OPEN = new Few(({ id }: Transport) => id);

/** Makes the connections of a channel, and holds all that are open. */
export class Dialer implements Dialing {
  readonly #options: DialerSetup["options"];
  readonly #memoryQuota: DialerSetup["memoryQuota"];
  /** The keepalive of the channel. */
  readonly keepalive: ChannelKeepalive;
  readonly #hostname: string;
  readonly #recorder: ConnectionRecorder | undefined;
  readonly #outside: DialerSetup["outside"];
  /** Those whose sockets are open, retired and failed ones too. */
  #open: FewOf<number, Transport>;
  /** There while one is made. */
  #attempts: LateSet<Promise<unknown>> | undefined;
  #hasWarned = false;

  /** Connects to nothing yet. */
  constructor(setup: DialerSetup) {
    this.#options = setup.options;
    this.#memoryQuota = setup.memoryQuota;
    this.keepalive = setup.keepalive;
    this.#hostname = setup.hostname;
    this.#recorder = setup.recorder;
    this.#outside = setup.outside;
  }

  /** Connects to an address, in the manner of `Subchannel`. */
  dial(
    address: string,
    options: AttemptOptions,
  ): Promise<Transport> {
    const begin = () => this.#dial(address, options);
    const attempt = this.#outside?.(begin) ?? begin();
    const attempts = this.#attempts ??= new LateSet();
    attempts.add(attempt);
    const done = () => {
      attempts.delete(attempt);
      if (attempts.size === 0) this.#attempts = undefined;
    };
    attempt.then(done, done);
    return attempt;
  }

  /** Closes all connections; attempts must have been given up before. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#attempts ?? []);
    const open = [...OPEN.values(this.#open)];
    await Promise.all(open.map((transport) => transport.close()));
  }

  async #dial(
    address: string,
    { timeout, signal, watcher }: AttemptOptions,
  ): Promise<Transport> {
    const options = this.#options;
    const keepalive = this.keepalive;
    const isWatched = options.onEvent !== undefined ||
      options.observer?.connection !== undefined;
    if (keepalive.loading !== undefined) await keepalive.loading;
    const transport = await dialUnheld(
      address,
      {
        ...options,
        memoryQuota: this.#memoryQuota,
        tls: this.#tlsFor(address),
        keepalive: keepalive.optionsFor(address),
        handshakeTimeout: timeout,
        signal,
      },
      isWatched || (this.#recorder?.wanted ?? NEEDED),
      watcher,
    );
    keepalive.note(address, transport.policy);
    const { state } = transport;
    if (state.kind === "closed") this.#ended(transport, state.reason);
    else this.#open = OPEN.with(this.#open, transport);
    return transport;
  }

  onEvent(event: TransportEvent, transport: Transport, address: string): void {
    const keepalive = this.keepalive;
    this.#recorder?.connection(event, transport);
    if (event.type === "closed") {
      if (OPEN.get(this.#open, transport.id)) {
        this.#ended(transport, event.reason);
      }
      // Until its socket is closed, also after an attempt that has failed.
      this.#open = OPEN.with(this.#open, transport);
    }
    if (event.type === "keepalive-policy") {
      keepalive.note(address, transport.policy);
      this.#warn(transport, event.findings);
    }
    if (event.type === "ping-acked" && event.purpose === "keepalive") {
      keepalive.answered(transport);
    }
  }

  onFinished({ id }: Transport): void {
    this.#open = OPEN.without(this.#open, id);
  }

  /** A connection that was made has ended. */
  #ended(transport: Transport, { goaway }: CloseReason): void {
    const isTooMany = goaway?.code === ErrorCode.ENHANCE_YOUR_CALM &&
      goaway.debug === "too_many_pings";
    if (isTooMany) this.#slowDown(transport);
  }

  /** The certificate is that of the name, whatever address it has. */
  #tlsFor(address: string): DialOptions["tls"] {
    const { tls } = this.#options;
    const hostname = this.#hostname;
    if (tls === undefined || tls === false) return tls;
    if (parseTarget(address).transport === "unix") return tls;
    if (typeof tls !== "function") {
      return named(tls === true ? {} : tls, hostname);
    }
    return async () => named(await tls(), hostname);
  }

  /** Once: what the user has set is not what is done. */
  #warn({ peer }: Transport, findings: readonly string[]): void {
    if (this.#hasWarned || findings.length === 0) return;
    this.#hasWarned = true;
    console.warn(`@keepalive/grpc: ${peer}: ${findings.join("; ")}`);
  }

  #slowDown(transport: Transport): void {
    const keepalive = this.keepalive;
    const { time } = transport.policy;
    if (time === Infinity || !keepalive.slowDown(time)) return;
    console.warn(
      `@keepalive/grpc: ${transport.peer} ended a connection with ENHANCE_YOUR_CALM, debug data "too_many_pings": the keepalive time of the channel is ${
        milliseconds(keepalive.inForce.time)
      } from now on, set keepalive.time to at least the server's minimum`,
    );
  }
}

/** What a provider gave may be nothing of the kind, and is checked later. */
function named(tls: DialTlsOptions, hostname: string): DialTlsOptions {
  if (typeof tls !== "object" || tls === null) return tls;
  return { ...tls, serverName: tls.serverName ?? hostname };
}
