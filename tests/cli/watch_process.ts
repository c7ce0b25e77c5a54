import { until } from "../harness/time.ts";

const PROGRAM = new URL("../../src/cli/watch.ts", import.meta.url).pathname;

/** Flags with which a dead connection is noticed within seconds. */
export const IMPATIENT: readonly string[] = [
  "--keepalive-time=300ms",
  "--minimum-time=100ms",
  "--keepalive-timeout=4s",
  "--interval=100ms",
];

/** The tool `watch` as a process, with what it has written so far. */
export class WatchProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #work: Promise<unknown>;
  readonly #keys: WritableStreamDefaultWriter<Uint8Array>;
  readonly #hasTerminal: boolean;
  /** What it has written on the standard output. */
  stdout = "";
  /** What it has written on the standard error. */
  stderr = "";

  /**
   * Starts it.
   *
   * @param terminal The size of a terminal that it is given; without one its
   * output is a pipe.
   */
  constructor(
    flags: readonly string[],
    { terminal, env = {} }: {
      terminal?: { columns: number; rows: number };
      env?: Record<string, string>;
    } = {},
  ) {
    const args = [
      "run",
      "--quiet",
      "--no-prompt",
      "--allow-net",
      "--allow-read",
      "--allow-env=NO_COLOR,FORCE_COLOR,TERM,CI",
      PROGRAM,
      ...flags,
    ];
    const size = terminal &&
      `stty cols ${terminal.columns} rows ${terminal.rows}`;
    const command = [Deno.execPath(), ...args].map((word) => `'${word}'`);
    this.#child = new Deno.Command(size ? "script" : Deno.execPath(), {
      args: size
        ? ["-qfec", `${size}; exec ${command.join(" ")}`, "/dev/null"]
        : args,
      env: { NO_COLOR: "", FORCE_COLOR: "", TERM: "xterm", ...env },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#keys = this.#child.stdin.getWriter();
    this.#hasTerminal = terminal !== undefined;
    const { stdout, stderr } = this.#child;
    this.#work = Promise.all([
      this.#read(stdout, (text) => this.stdout += text),
      this.#read(stderr, (text) => this.stderr += text),
    ]);
  }

  /** Waits until it has written something. */
  async shows(text: string | RegExp): Promise<void> {
    const isShown = () =>
      typeof text === "string"
        ? this.stdout.includes(text)
        : text.test(this.stdout);
    try {
      await until(isShown);
    } catch {
      throw new Error(`No ${text} in ${this.stdout}${this.stderr}`);
    }
  }

  /** Resolves when it has ended, and all that it wrote was read. */
  get status(): Promise<Deno.CommandStatus> {
    return this.#work.then(() => this.#child.status);
  }

  /** Stops it as Ctrl-C does; resolves to the exit status. */
  async stop(): Promise<number> {
    if (this.#hasTerminal) await this.#keys.write(new Uint8Array([3]));
    else this.#child.kill("SIGINT");
    return (await this.status).code;
  }

  /** Ends it, if it has not. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#child.status;
    await this.#work;
    await this.#keys.close().catch(() => {});
  }

  async #read(
    stream: ReadableStream<Uint8Array<ArrayBuffer>>,
    take: (text: string) => void,
  ): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      take(text);
    }
  }
}
