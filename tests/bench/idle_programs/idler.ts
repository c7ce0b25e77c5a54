import { Program } from "../calls_process.ts";
import type { IdleStack } from "./stacks.ts";

/** What a process has used. */
export interface Usage {
  /** Microseconds of processor time of all its threads. */
  readonly cpu: number;
  /** Those of its threads by their names. */
  readonly threads: Readonly<Record<string, number>>;
  /** Octets of anonymous memory. */
  readonly anonymous: number;
}

/** A process that is measured, and the other end of its connections. */
export class Idler implements AsyncDisposable {
  /** Its name in the table. */
  readonly name: string;
  /** Octets of anonymous memory without connections. */
  baseline = 0;
  /** Octets when all connections had just been opened. */
  opened = 0;
  readonly #server: Program;
  readonly #client: Program;
  readonly #subject: Program;

  private constructor(
    name: string,
    side: "server" | "client",
    server: Program,
    client: Program,
  ) {
    this.name = name;
    this.#server = server;
    this.#client = client;
    this.#subject = side === "server" ? server : client;
  }

  /** Starts both ends. */
  static async start(
    name: string,
    side: "server" | "client",
    { server, client }: { server: IdleStack; client: IdleStack },
  ): Promise<Idler> {
    await using started = new AsyncDisposableStack();
    const serving = started.use(
      new Program([...server.program, "server", ...server.flags]),
    );
    const target = `127.0.0.1:${await serving.port()}`;
    const connecting = started.use(
      new Program([...client.program, "client", target, ...client.flags]),
    );
    await connecting.answer();
    started.move();
    return new Idler(name, side, serving, connecting);
  }

  /** Opens connections, evenly over some milliseconds. */
  async open(count: number, spread: number): Promise<void> {
    await this.#do({ open: count, spread });
    this.opened = this.#subject.anonymousMemory;
  }

  /** Closes all connections. */
  async close(): Promise<void> {
    await this.#do({ close: true });
  }

  /** How many PINGs the other end has answered. */
  async pings(): Promise<number> {
    return await this.#do<number>({ pings: true });
  }

  /** Opens so many connections for a call each; answers with microseconds. */
  async calls(count: number): Promise<number[]> {
    return await this.#do<number[]>({ calls: count });
  }

  /** From now on, memory counts above what there is. */
  noteBaseline(): void {
    this.baseline = this.#subject.anonymousMemory;
  }

  /** What the process that is measured has used. */
  usage(): Usage {
    const { cpu, threads, anonymousMemory: anonymous } = this.#subject;
    return { cpu, threads, anonymous };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
    await this.#server[Symbol.asyncDispose]();
  }

  async #do<T>(order: object): Promise<T> {
    await this.#client.ask(order);
    return await this.#client.answer<T>();
  }
}
