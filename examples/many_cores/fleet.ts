/**
 * Processes that share a port.
 *
 * @module
 */
const WORKER = new URL("./worker.ts", import.meta.url);

/** Milliseconds until a process that has ended by itself gets a successor. */
const PAUSE = 1_000;

/** One process of the server. */
class Worker {
  readonly #child: Deno.ChildProcess;
  /** Resolves when it has ended. */
  readonly ended: Promise<Deno.CommandStatus>;
  /** Whether it was told to end. */
  isTold = false;

  constructor(port: number) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--no-prompt", "--unstable-net", "--allow-net=127.0.0.1"],
        ...[WORKER.href, String(port)],
      ],
      stdin: "null",
      stdout: "piped",
    }).spawn();
    this.ended = this.#child.status;
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** The port, as soon as it listens there; throws if it says why it cannot. */
  async port(): Promise<number> {
    const lines = this.#child.stdout.pipeThrough(new TextDecoderStream());
    for await (const line of lines) {
      if (/^\d+\s*$/.test(line)) return Number(line);
      throw new Error(line.trim());
    }
    throw new Error(`Process ${this.pid} has ended before it listened`);
  }

  /** Has it finish its calls and end. */
  async drain(): Promise<void> {
    if (!this.isTold) this.#child.kill("SIGTERM");
    this.isTold = true;
    await this.ended;
  }
}

/** The processes of a server. */
export class Fleet {
  readonly #tell: (line: string) => void;
  readonly #finished = Promise.withResolvers<void>();
  #workers: Worker[] = [];
  #port = 0;
  #isStopping = false;
  #replacing: Promise<void> = Promise.resolve();

  /** There are none before `start`. */
  constructor(tell: (line: string) => void) {
    this.#tell = tell;
  }

  /** The port that they share. */
  get port(): number {
    return this.#port;
  }

  /** Resolves when all have ended after `stop`. */
  get finished(): Promise<void> {
    return this.#finished.promise;
  }

  /** Starts them; with port 0 on one that is free. */
  async start(port: number, processes: number): Promise<void> {
    this.#port = port;
    for (let i = 0; i < processes; i++) await this.#add();
  }

  /**
   * Replaces one after the other: the next one listens before the former is
   * told to drain, and the former has ended before it is the turn of another.
   */
  replace(): Promise<void> {
    return this.#replacing = this.#replacing.then(async () => {
      for (const worker of [...this.#workers]) {
        if (this.#isStopping) return;
        await this.#add();
        this.#remove(worker);
        await worker.drain();
        this.#tell(`Process ${worker.pid} has drained`);
      }
      this.#tell("All processes are new");
    });
  }

  /** Has all of them finish their calls and end. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(this.#workers.map((worker) => worker.drain()));
    this.#finished.resolve();
  }

  async #add(): Promise<void> {
    const worker = new Worker(this.#port);
    this.#workers.push(worker);
    void worker.ended.then(() => this.#onEnd(worker));
    this.#port = await worker.port();
    this.#tell(`Process ${worker.pid} serves`);
  }

  async #addOrTell(): Promise<void> {
    try {
      await this.#add();
    } catch (error) {
      this.#tell((error as Error).message);
    }
  }

  #remove(worker: Worker): void {
    this.#workers = this.#workers.filter((each) => each !== worker);
  }

  #onEnd(worker: Worker): void {
    this.#remove(worker);
    if (worker.isTold || this.#isStopping) return;
    this.#tell(`Process ${worker.pid} has ended by itself`);
    setTimeout(() => this.#isStopping || this.#addOrTell(), PAUSE);
  }
}
