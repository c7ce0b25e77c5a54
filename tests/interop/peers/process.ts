/**
 * Runs a peer and reads what it reports.
 *
 * @module
 */

import type { AvailablePeer } from "./prepare.ts";
import type {
  PeerClientFlags,
  PeerEvent,
  PeerServerFlags,
} from "./protocol.ts";

/** Thrown when a peer does not do what a test waits for. */
export class PeerError extends Error {
  /** `PeerError`. */
  override readonly name = "PeerError";
}

const STOP_TIMEOUT = 5_000;
const WAIT_TIMEOUT = 30_000;

/** A running peer. Stop it, or declare it with `await using`. */
export class PeerProcess implements AsyncDisposable, AsyncIterable<PeerEvent> {
  /** All events so far. */
  readonly events: PeerEvent[] = [];
  /** Settles when the process has ended. */
  readonly status: Promise<Deno.CommandStatus>;

  readonly #title: string;
  readonly #child: Deno.ChildProcess;
  readonly #drained: Promise<unknown>;
  #stderr = "";
  #seen = 0;
  #ended = false;
  #news = Promise.withResolvers<void>();

  private constructor(peer: AvailablePeer, role: string, flags: object) {
    const [program, ...args] = [...peer.command, role, ...toArgs(flags)];
    this.#title = [program, ...args].join(" ");
    this.#child = new Deno.Command(program, {
      args,
      env: { ...peer.env, NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#drained = Promise.all([this.#readEvents(), this.#readStderr()]);
    this.status = this.#finish();
  }

  /** Starts a server and waits until it listens. */
  static async server(
    peer: AvailablePeer,
    flags: PeerServerFlags = {},
  ): Promise<PeerProcess> {
    const server = new PeerProcess(peer, "server", { port: 0, ...flags });
    try {
      await server.waitFor("listening");
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** Starts a client. */
  static client(peer: AvailablePeer, flags: PeerClientFlags): PeerProcess {
    return new PeerProcess(peer, "client", flags);
  }

  /** Starts it to exchange errors with details with a server. */
  static details(peer: AvailablePeer, target: string): PeerProcess {
    return new PeerProcess(peer, "details", { target });
  }

  /** The port that a server listens on. */
  get port(): number {
    const listening = this.events.find(({ type }) => type === "listening");
    if (listening?.port === undefined) throw this.#error("does not listen");
    return listening.port;
  }

  /** What the process wrote on stderr so far. */
  get stderr(): string {
    return this.#stderr;
  }

  /**
   * Settles with the next event of a type, or that a predicate accepts. Looks
   * only at events after the one that the last `waitFor` settled with.
   *
   * @throws {PeerError} when there is none within `timeoutMs` or the process ends.
   */
  async waitFor(
    wanted: string | ((event: PeerEvent) => boolean),
    timeoutMs: number = WAIT_TIMEOUT,
  ): Promise<PeerEvent> {
    const accepts = typeof wanted === "string"
      ? ({ type }: PeerEvent) => type === wanted
      : wanted;
    const timeout = Promise.withResolvers<void>();
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      timeout.resolve();
    }, timeoutMs);
    try {
      while (true) {
        const index = this.events.findIndex((event, index) =>
          index >= this.#seen && accepts(event)
        );
        if (index >= 0) {
          this.#seen = index + 1;
          return this.events[index];
        }
        if (this.#ended) throw this.#error(`ended before ${wanted}`);
        if (isLate) {
          throw this.#error(`reported no ${wanted} within ${timeoutMs} ms`);
        }
        await Promise.race([this.#news.promise, timeout.promise]);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Yields all events, from the first on, until the process ends. */
  async *[Symbol.asyncIterator](): AsyncIterableIterator<PeerEvent> {
    for (let index = 0;; index++) {
      while (index >= this.events.length) {
        if (this.#ended) return;
        await this.#news.promise;
      }
      yield this.events[index];
    }
  }

  /** Asks the process to stop, and kills it when it does not. */
  async stop(timeoutMs: number = STOP_TIMEOUT): Promise<Deno.CommandStatus> {
    this.#kill("SIGTERM");
    // A frozen process does not see SIGTERM.
    this.#kill("SIGCONT");
    const timer = setTimeout(() => this.#kill("SIGKILL"), timeoutMs);
    try {
      return await this.status;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Sends a signal, such as SIGSTOP to freeze the peer and SIGCONT to thaw it. */
  signal(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Stops the process. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #kill(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }

  async #finish(): Promise<Deno.CommandStatus> {
    const status = await this.#child.status;
    await this.#drained;
    this.#ended = true;
    this.#announce();
    return status;
  }

  async #readEvents(): Promise<void> {
    for await (const line of lines(this.#child.stdout)) {
      this.events.push(parseEvent(line));
      this.#announce();
    }
  }

  async #readStderr(): Promise<void> {
    for await (const line of lines(this.#child.stderr)) {
      this.#stderr += `${line}\n`;
    }
  }

  #announce(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }

  #error(what: string): PeerError {
    const events = this.events.map((event) => JSON.stringify(event));
    return new PeerError(
      [`Peer ${what}: ${this.#title}`, ...events, this.#stderr].join("\n"),
    );
  }
}

function toArgs(flags: object): string[] {
  return Object.entries(flags).flatMap(([name, value]) => {
    const flag = `--${
      name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    }`;
    if (value === undefined || value === false) return [];
    return value === true ? [flag] : [flag, String(value)];
  });
}

function parseEvent(line: string): PeerEvent {
  try {
    return JSON.parse(line);
  } catch {
    return { type: "unreadable", at: NaN, message: line };
  }
}

async function* lines(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncIterableIterator<string> {
  let rest = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    const complete = (rest + chunk).split("\n");
    rest = complete.pop() ?? "";
    yield* complete;
  }
  if (rest !== "") yield rest;
}
