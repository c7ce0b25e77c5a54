/**
 * Proxies that speak HTTP/2 on both sides, run as processes.
 *
 * @module
 */

import { delay } from "@std/async";
import { run } from "../tools.ts";
import { children, signalAll } from "./process_tree.ts";

/** What a proxy is to do. */
export interface Route {
  /** The port that it listens on. */
  readonly port: number;
  /** The port of the server behind it. */
  readonly backend: number;
  /** A folder for its files. */
  readonly folder: string;
  /** After how many requests it retires a connection, if it can. */
  readonly requestsPerConnection?: number;
  /** Seconds of silence after which it forgets a stream, if it can; 60 or none. */
  readonly patience?: number;
}

/** A kind of proxy. */
export interface ProxyKind {
  /** Its name, for test names. */
  readonly name: string;
  /** The path of its program, or what is missing. */
  find(): Promise<{ readonly program: string } | { readonly missing: string }>;
  /** Writes its files, and returns its arguments. */
  configure(route: Route): Promise<readonly string[]>;
  /** Puts another generation of it in its place, and retires this one. */
  reload(proxy: RunningProxy): Promise<void>;
  /** The process that serves connections. */
  worker(proxy: RunningProxy): Promise<number>;
}

/** Milliseconds for a proxy to listen, or to end. */
const PATIENCE = 15_000;

/** Milliseconds between two looks at a process. */
const LOOK = 20;

/** A port may be taken between its choice and its use. */
const ATTEMPTS = 3;

/** Finds a program, and asks for its version. */
export async function findProgram(
  program: string,
  ...version: string[]
): Promise<{ readonly program: string } | { readonly missing: string }> {
  if (Deno.build.os !== "linux") {
    return { missing: "its workers are found on Linux only" };
  }
  const { ok, text } = await run([program, ...version]);
  return ok ? { program } : { missing: text.trim() };
}

/** A running proxy. Declare it with `await using`. */
export class RunningProxy implements AsyncDisposable {
  /** What it does. */
  readonly route: Route;
  readonly #kind: ProxyKind;
  readonly #program: string;
  readonly #generations: Generation[] = [];

  private constructor(kind: ProxyKind, program: string, route: Route) {
    this.#kind = kind;
    this.#program = program;
    this.route = route;
  }

  /** Starts a proxy in front of a port, and waits until it listens. */
  static async start(
    kind: ProxyKind,
    program: string,
    options: Omit<Route, "port" | "folder">,
  ): Promise<RunningProxy> {
    for (let attempt = 1;; attempt++) {
      const folder = await Deno.makeTempDir({ prefix: "proxy-" });
      const route = { ...options, folder, port: freePort() };
      const proxy = new RunningProxy(kind, program, route);
      try {
        await proxy.start();
        return proxy;
      } catch (error) {
        await proxy[Symbol.asyncDispose]();
        if (attempt === ATTEMPTS) throw error;
      }
    }
  }

  /** The id of its main process: of the newest one. */
  get pid(): number {
    return this.#generations.at(-1)!.pid;
  }

  /** What it has printed. */
  get printed(): string {
    return this.#generations.map(({ printed }) => printed).join("\n");
  }

  /** Starts another main process. */
  spawn(args: readonly string[]): void {
    this.#generations.push(new Generation(this.#program, args));
  }

  /** Sends a signal to its main process. */
  signal(signal: Deno.Signal): void {
    Deno.kill(this.pid, signal);
  }

  /** The process that serves connections. */
  async worker(): Promise<number> {
    return await this.#kind.worker(this);
  }

  /** Kills it with all its workers: there is nothing to be lost. */
  async kill(): Promise<void> {
    for (const generation of this.#generations) await generation.kill();
  }

  /** Starts it again on its port. */
  async start(): Promise<void> {
    this.spawn(await this.#kind.configure(this.route));
    await this.#listening();
  }

  /** Puts another generation of it in its place, and retires this one. */
  async reload(): Promise<void> {
    await this.#kind.reload(this);
  }

  /** Waits for something that a proxy shows. */
  async until<Found>(
    what: string,
    look: () => Promise<Found | undefined>,
  ): Promise<Found> {
    const end = performance.now() + PATIENCE;
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      const late = performance.now() > end;
      if (late) throw this.#error(`shows no ${what} within ${PATIENCE} ms`);
      if (this.#generations.every(({ ended }) => ended)) {
        throw this.#error(`ended before ${what}`);
      }
      await delay(LOOK);
    }
  }

  /** Kills it, and removes its files. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await Deno.remove(this.route.folder, { recursive: true });
  }

  async #listening(): Promise<void> {
    const address = { hostname: "127.0.0.1", port: this.route.port };
    await this.until("open port", async () => {
      try {
        (await Deno.connect(address)).close();
        return true;
      } catch (error) {
        if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
      }
    });
  }

  #error(what: string): Error {
    return new Error(`${this.#kind.name} ${what}:\n${this.printed}`);
  }
}

/** A main process with its workers. */
class Generation {
  /** What it has printed. */
  printed = "";
  /** Whether it has ended. */
  ended = false;
  readonly #child: Deno.ChildProcess;
  readonly #finished: Promise<unknown>;

  constructor(program: string, args: readonly string[]) {
    this.#child = new Deno.Command(program, {
      args: [...args],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#finished = Promise.all([
      this.#read(this.#child.stdout),
      this.#read(this.#child.stderr),
      this.#child.status.then(() => this.ended = true),
    ]);
  }

  /** The id of the process. */
  get pid(): number {
    return this.#child.pid;
  }

  async kill(): Promise<void> {
    // Workers that lose their main process would be nobody's.
    const workers = this.ended ? [] : await children(this.pid);
    signalAll([this.pid, ...workers], "SIGKILL");
    await this.#finished;
  }

  async #read(
    stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  ): Promise<void> {
    const text = stream.pipeThrough(new TextDecoderStream());
    for await (const piece of text) this.printed += piece;
  }
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
