/**
 * A server and a client of one stack, each in a process of its own.
 *
 * @module
 */
import type { Job, Result, ServerFiles } from "./calls_programs/jobs.ts";
import type { Command } from "./calls_build.ts";

/** Microseconds of a clock tick in `/proc/<pid>/stat` (`CLK_TCK` is 100). */
const TICK = 10_000;

/** What the line looks like in which a program says why it ends: best first. */
const COMPLAINTS = [
  /^(\S*error: |exception in |panic: |usage)/i,
  /error|exception|cannot|panic|fail|too many/i,
];

/** Milliseconds until an answer is given up, unless told otherwise. */
const PATIENCE = 300_000;

/** Milliseconds until a program is to have started. */
const START = 30_000;

/** What a line need not say of the places of files. */
const FOLDERS = /(?:file:\/\/)?(?:\/[\w@.+-]+)+\/(?=[\w.+-])/g;

/** A line that is longer than it need be. */
const LONG = /^(.{150}).{10,}$/;

/** What a program of `calls_programs` can be. */
const ROLES = ["server", "client"];

/** What a job took. */
export interface Measured extends Result {
  /** Microseconds of processor time of each call, client and server. */
  readonly cpu: number;
  /** What of it is the client's. */
  readonly clientCpu: number;
  /** What of it is the server's. */
  readonly serverCpu: number;
  /** Octets of anonymous memory after it, of the client. */
  readonly clientMemory: number;
  /** The same of the server. */
  readonly serverMemory: number;
}

/** The files of TLS on both sides. */
export interface TlsFiles extends ServerFiles {
  /** What the client trusts. */
  readonly authority: string;
}

/** A program that answers a line with a line. */
export class Program implements AsyncDisposable {
  readonly #role: string;
  readonly #child: Deno.ChildProcess;
  readonly #complaint: Promise<string>;
  readonly #lines: AsyncGenerator<string>;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;

  /** Starts it. */
  constructor([program, ...args]: Command) {
    this.#role = args.find((each) => ROLES.includes(each)) ?? "program";
    this.#child = new Deno.Command(program, {
      args,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#lines = linesOf(this.#child.stdout);
    this.#complaint = complaintOf(this.#child.stderr);
    this.#input = this.#child.stdin.getWriter();
  }

  /** Sends a line. */
  async ask(question: unknown): Promise<void> {
    const text = `${JSON.stringify(question)}\n`;
    try {
      await this.#input.write(new TextEncoder().encode(text));
    } catch {
      throw await this.#ended();
    }
  }

  /** Waits for a line, at most for so many milliseconds. */
  async answer<T>(patience: number = PATIENCE): Promise<T> {
    const { value, done } = await this.#inTime(this.#lines.next(), patience);
    if (done) throw await this.#ended();
    return JSON.parse(value);
  }

  async #inTime<T>(line: Promise<T>, patience: number): Promise<T> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      const seconds = patience / 1_000;
      late.reject(new Error(`no answer of its ${this.#role} in ${seconds} s`));
    }, patience);
    try {
      return await Promise.race([line, late.promise]);
    } finally {
      clearTimeout(timer);
      line.catch(() => {});
    }
  }

  async #ended(): Promise<Error> {
    const { code, signal } = await this.#child.status;
    const end = signal === null ? `with exit code ${code}` : `by ${signal}`;
    const why = await this.#complaint;
    return new Error(`its ${this.#role} ended ${end}${why && `: ${why}`}`);
  }

  /** Where a server listens, which is the first thing that it says. */
  async port(): Promise<number> {
    return (await this.answer<{ port: number }>(START)).port;
  }

  /** Processor time so far, in microseconds; 0 where there is no `/proc`. */
  get cpu(): number {
    if (Deno.build.os !== "linux") return 0;
    const stat = this.#about("stat");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * TICK;
  }

  /**
   * The same of its threads, together for those with the same name but for a
   * number. Linux only.
   */
  get threads(): Record<string, number> {
    const tasks = `/proc/${this.#child.pid}/task`;
    const threads: Record<string, number> = {};
    for (const { name: task } of Deno.readDirSync(tasks)) {
      const stat = Deno.readTextFileSync(`${tasks}/${task}/stat`);
      const end = stat.lastIndexOf(")");
      const comm = stat.slice(stat.indexOf("(") + 1, end).replace(/-?\d+$/, "");
      const name = Number(task) === this.#child.pid ? `${comm}, main` : comm;
      const fields = stat.slice(end + 2).split(" ");
      const ticks = Number(fields[11]) + Number(fields[12]);
      threads[name] = (threads[name] ?? 0) + ticks * TICK;
    }
    return threads;
  }

  /** Octets of anonymous memory; 0 where there is no `/proc`. */
  get anonymousMemory(): number {
    if (Deno.build.os !== "linux") return 0;
    const kibibytes = /^RssAnon:\s+(\d+) kB$/m.exec(this.#about("status"))?.[1];
    if (kibibytes === undefined) throw new Error("Found no RssAnon in /proc");
    return Number(kibibytes) * 1_024;
  }

  #about(file: string): string {
    try {
      return Deno.readTextFileSync(`/proc/${this.#child.pid}/${file}`);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      throw new Error(`its ${this.#role} has ended`);
    }
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill();
    } catch {
      // It has ended already.
    }
    await this.#child.status;
    await this.#lines.return(undefined);
    await this.#input.abort().catch(() => {});
  }
}

/** A client and its server. */
export class Pair implements AsyncDisposable {
  /** The process of the server. */
  readonly server: Program;
  /** The process of the client. */
  readonly client: Program;

  private constructor(server: Program, client: Program) {
    this.server = server;
    this.client = client;
  }

  /** Starts both, with TLS if there are files; they may be of different stacks. */
  static async start(
    server: Command,
    client: Command = server,
    tls?: TlsFiles,
  ): Promise<Pair> {
    const own = tls === undefined ? [] : [tls.certificate, tls.key];
    await using started = new AsyncDisposableStack();
    const serving = started.use(new Program([...server, "server", ...own]));
    const port = await serving.port();
    const target = [`127.0.0.1:${port}`];
    if (tls !== undefined) target.push(tls.authority);
    const calling = new Program([...client, "client", ...target]);
    started.move();
    return new Pair(serving, calling);
  }

  /** Lets the client do a job, in at most so many milliseconds. */
  async measure(job: Job, patience?: number): Promise<Measured> {
    const [client, server] = [this.client.cpu, this.server.cpu];
    await this.client.ask(job);
    const result = await this.client.answer<Result>(patience);
    const clientCpu = (this.client.cpu - client) / result.count;
    const serverCpu = (this.server.cpu - server) / result.count;
    return {
      ...result,
      cpu: clientCpu + serverCpu,
      clientCpu,
      serverCpu,
      clientMemory: this.client.anonymousMemory,
      serverMemory: this.server.anonymousMemory,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
  }
}

/** What a program has said was wrong, in one line; all of it is read. */
async function complaintOf(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<string> {
  const complaints: string[] = [];
  for await (const line of linesOf(stream)) {
    // deno-lint-ignore no-control-regex
    const plain = line.replaceAll(/\x1b\[[\d;]*m/g, "")
      .replaceAll(FOLDERS, "");
    const rank = COMPLAINTS.findIndex((pattern) => pattern.test(plain));
    if (rank >= 0) complaints[rank] ??= plain;
  }
  const [complaint = ""] = complaints.filter((each) => each !== undefined);
  return complaint.replace(/^error: |Uncaught (\(in promise\) )?/gi, "")
    .trim().replace(LONG, "$1…");
}

async function* linesOf(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = `${rest}${text}`.split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}
