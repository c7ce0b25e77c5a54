import { acceptCalls, CallTracers, type ServerCounters } from "./calls/mod.ts";
import { type CallContext, listenersOf } from "../grpc/mod.ts";
import { telemetryOf } from "../otel/mod.ts";
import {
  type Listener,
  listenRecorded,
  resolveShutdown,
  type ShutdownOptions,
} from "../transport/mod.ts";
import {
  recordedBy,
  Recorder,
  type RecorderStats,
  type Recording,
} from "../recorder/mod.ts";
import {
  type Clock,
  onAbort,
  systemClock,
  tell,
  Timer,
} from "../runtime/mod.ts";
import { announce } from "./announce.ts";
import type { Service } from "./implement.ts";
import { requireServeOptions, type ServeOptions } from "./options.ts";
import { callSettings, listenOptions } from "./serve_parts.ts";
import { RunningHandlers } from "./running_handlers.ts";
import { UnfinishedHandlerError } from "./unfinished_handler_error.ts";

/** What a {@linkcode Server} has besides its listener. */
interface ServerSetup {
  readonly running: RunningHandlers;
  readonly onHandlerError: NonNullable<ServeOptions["onHandlerError"]>;
  readonly clock: Clock;
  readonly tracers: CallTracers;
  readonly recorder: Recorder;
  readonly services: readonly Service[];
}

/**
 * Milliseconds that a handler has to end after its signal was aborted, as the
 * grace of a shutdown is over: time to clean up, not to go on.
 */
const LAST_MOMENT = 250;

/**
 * A running gRPC server, with the members of a `Deno.HttpServer`. In contrast
 * to that, to dispose of it closes it at once; `shutdown` lets calls finish.
 */
export class Server implements AsyncDisposable {
  readonly #listener: Listener;
  readonly #setup: ServerSetup;
  readonly #finished: Promise<void>;
  readonly #givenUp = Promise.withResolvers<void>();
  readonly #patience: Timer;
  #waitsUntil = Infinity;

  /** Made by {@linkcode serve}. */
  constructor(listener: Listener, setup: ServerSetup) {
    this.#listener = listener;
    this.#setup = setup;
    this.#patience = new Timer(setup.clock, true);
    this.#finished = this.#finish();
  }

  /** The address that it listens on. */
  get addr(): Deno.Addr {
    return this.#listener.addr;
  }

  /** The listener, with its connections. */
  get listener(): Listener {
    return this.#listener;
  }

  /**
   * The last events of its connections, and of the last 16 that have ended: plain
   * data, which `@keepalive/grpc/observe` draws and prints. There are none with
   * `recorder: false`.
   */
  recordings(): Recording[] {
    return this.#setup.recorder.recordings();
  }

  /** The same in numbers, all connections together; it is plain data. */
  stats(): RecorderStats {
    return this.#setup.recorder.stats();
  }

  /** What the server has done, all connections together. */
  counters(): ServerCounters {
    return this.#setup.tracers.counters();
  }

  /**
   * Resolves when all connections are closed and all handlers are done, or are
   * not waited for any longer, see {@linkcode Server.shutdown}.
   */
  get finished(): Promise<void> {
    return this.#finished;
  }

  /**
   * Stops listening, drains every connection, and waits for running calls:
   * without a `grace` for as long as they take, and their handlers.
   *
   * When the grace is over, what is left is closed: calls are cut off, and the
   * signals of their handlers are aborted. A handler that has not ended 250 ms
   * later is told to `onHandlerError` as an `UnfinishedHandlerError`, and is
   * not waited for. The last GOAWAY may take a connection another second.
   *
   * With a `spread` connections are drained one after the other, so that their
   * clients do not all reconnect at once, see `ShutdownOptions`.
   *
   * @throws {TypeError | RangeError} If an option cannot be used.
   */
  async shutdown(options: ShutdownOptions = {}): Promise<void> {
    const begin = this.#setup.clock.now();
    resolveShutdown(options);
    for (const { onShutdown } of this.#setup.services) {
      if (onShutdown !== undefined) tell(onShutdown);
    }
    await this.#listener.shutdown(options);
    this.#waitUntil(begin + (options.grace ?? Infinity) + LAST_MOMENT);
    await this.#finished;
  }

  /**
   * Stops at once: connections are closed, calls are cut off. Handlers that go
   * on are waited for by `finished` only, for 250 ms.
   */
  async close(): Promise<void> {
    const begin = this.#setup.clock.now();
    await this.#listener.close();
    this.#waitUntil(begin + LAST_MOMENT);
  }

  /** Stops at once. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #finish(): Promise<void> {
    await this.#listener.finished;
    const { running } = this.#setup;
    await Promise.race([running.allDone(), this.#givenUp.promise]);
    this.#waitsUntil = -Infinity;
    this.#patience.cancel();
  }

  /** The earliest of all such times counts. */
  #waitUntil(time: number): void {
    if (time >= this.#waitsUntil) return;
    this.#waitsUntil = time;
    this.#patience.planAt(time, () => this.#giveUp());
  }

  #giveUp(): void {
    const { running, onHandlerError, clock } = this.#setup;
    for (const [call, time] of running.running(clock.now())) {
      tell(onHandlerError, new UnfinishedHandlerError(call.path, time), call);
    }
    this.#givenUp.resolve();
  }
}

/**
 * Serves gRPC services, from now on until `shutdown` or `close`. Needs
 * `--allow-net`.
 *
 * @example Serve, with keepalive on this side and room for that of the clients
 * ```ts
 * import { Health, serve } from "@keepalive/grpc";
 *
 * await using server = serve({
 *   hostname: "127.0.0.1",
 *   port: 0,
 *   keepalive: { time: 60_000, maxConnectionAge: 3_600_000 },
 *   enforcement: { minTime: 20_000, permitWithoutStream: true },
 *   onListen: (addr) => console.log("listening on", addr),
 * }, [new Health().service]);
 * await server.shutdown({ grace: 10_000 });
 * ```
 *
 * @example Restart without an outage: the next process listens on the same port
 * before this one, on SIGTERM, has let its calls finish
 * ```ts ignore
 * import { Health, serve } from "@keepalive/grpc";
 *
 * const options = { port: 50_051, reusePort: true };
 * const server = serve(options, [new Health().service]);
 * const stop = () => server.shutdown({ grace: 10_000 });
 * Deno.addSignalListener("SIGTERM", stop);
 * await server.finished;
 * Deno.exit();
 * ```
 *
 * @param options Where to listen, and how to keep connections alive.
 * @param services Made by `implement`.
 * @returns The server, which listens already.
 * @throws {TypeError} If an option is unknown or of the wrong type, something
 * is no service, or two services have a path in common.
 * @throws {RangeError} If the value of an option is not allowed.
 */
export function serve(
  options: ServeOptions,
  services: readonly Service[],
): Server {
  requireServeOptions(options, services);
  const { clock = systemClock, onHandlerError = complain, signal } = options;
  const { observer, tracing, outside } = telemetryOf(options, clock);
  const tracers = new CallTracers(clock, listenersOf(observer));
  const running = new RunningHandlers();
  const onStream = acceptCalls({
    ...callSettings(options, services, tracing),
    onHandlerError,
    handlers: running,
    tracers,
  });
  const recorder = new Recorder({ clock });
  const record = recordedBy(recorder, options.recorder);
  const begin = () =>
    listenRecorded(
      { ...listenOptions(options), observer, onStream },
      (transport) => tracers.connected(transport),
      record,
    );
  const listener = outside?.(begin) ?? begin();
  const setup = { running, onHandlerError, clock, tracers, recorder, services };
  const server = new Server(listener, setup);
  tracers.serves(listener, options.tls !== undefined);
  announce(server.addr, options.onListen, () => void server.close());
  if (signal !== undefined) closeWith(server, signal);
  return server;
}

function closeWith(server: Server, signal: AbortSignal): void {
  if (signal.aborted) return void server.close();
  const watch = onAbort(signal, () => void server.close());
  void server.finished.then(() => watch[Symbol.dispose]());
}

function complain(error: unknown, { path }: CallContext): void {
  if (error instanceof UnfinishedHandlerError) {
    return console.error(`@keepalive/grpc: ${error.message}`);
  }
  console.error(`@keepalive/grpc: the handler of ${path} failed:`, error);
}
