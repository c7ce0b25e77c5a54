/**
 * Runs the programs of a peer.
 *
 * @module
 */

import type { Programs } from "./prepare.ts";
import { run } from "../tools.ts";

/** Milliseconds for a server to listen, and for a client to run its case. */
const TIMEOUT = 60_000;

/** Thrown when a program of a peer fails, or does not do what it is to do. */
export class PeerError extends Error {
  /** `PeerError`. */
  override readonly name = "PeerError";
}

/** A running server of a peer. Declare it with `await using`. */
export class PeerServer implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #listening = Promise.withResolvers<number>();
  readonly #finished: Promise<void>;
  #printed = "";
  #port = 0;

  private constructor({ server: [program, ...args], env }: Programs) {
    this.#child = new Deno.Command(program, {
      args: [...args, "--port=0"],
      env: { ...env, NO_COLOR: "1" },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    this.#finished = this.#read();
  }

  /** Starts a server, and waits until it listens. */
  static async start(programs: Programs): Promise<PeerServer> {
    const server = new PeerServer(programs);
    const timer = setTimeout(
      () => server.#fail(`does not listen within ${TIMEOUT} ms`),
      TIMEOUT,
    );
    try {
      server.#port = await server.#listening.promise;
      return server;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** The port that it listens on. */
  get port(): number {
    return this.#port;
  }

  /** Kills it: there is nothing to be lost. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch (error) {
      // It has ended.
      if (!(error instanceof TypeError)) throw error;
    }
    await this.#finished;
  }

  async #read(): Promise<void> {
    const text = this.#child.stderr.pipeThrough(new TextDecoderStream());
    for await (const piece of text) {
      this.#printed += piece;
      const match = /listening on \S*:(\d+)\s/.exec(this.#printed);
      if (match !== null) this.#listening.resolve(Number(match[1]));
    }
    await this.#child.status;
    this.#fail("has ended");
  }

  #fail(what: string): void {
    this.#listening.reject(
      new PeerError(`The server of the peer ${what}:\n${this.#printed}`),
    );
  }
}

/**
 * Runs a case with the client of a peer.
 *
 * @throws {PeerError} If the client says that the case has failed.
 */
export async function runPeerClient(
  { client, env }: Programs,
  port: number,
  testCase: string,
): Promise<void> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), TIMEOUT);
  const { ok, text } = await run(
    [
      ...client,
      "--server_host=127.0.0.1",
      `--server_port=${port}`,
      `--test_case=${testCase}`,
    ],
    { env: { ...env, NO_COLOR: "1" }, signal: controller.signal },
  );
  clearTimeout(timer);
  if (ok) return;
  const how = controller.signal.aborted
    ? `does not end within ${TIMEOUT} ms`
    : "has failed";
  throw new PeerError(`The client of the peer ${how}:\n${text}`);
}
