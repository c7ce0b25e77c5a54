import type { Tool } from "../flag.ts";
import { fromJson, type Line } from "../lines.ts";

/** A line of one type. */
export type LineOf<Type extends Line["type"]> = Extract<
  Line,
  { readonly type: Type }
>;

/** How a tool is started. */
export interface ToolOptions {
  /** What it may do beside the network, such as `--allow-read`. */
  readonly permissions?: readonly string[];
  /** Is called with each line, at once. */
  readonly onLine?: (line: Line) => void;
}

/** Milliseconds for a tool to start or to stop on a busy machine. */
const PATIENCE = 20_000;

/** What both tools need in any case; nothing of it opens a prompt. */
const PERMISSIONS: readonly string[] = [
  "--no-prompt",
  "--allow-net",
  "--allow-env=NO_COLOR,FORCE_COLOR,TERM,CI",
];

/** One of the two tools as a process of its own, with `--json`. */
export class ToolProcess implements AsyncDisposable {
  /** Its lines so far. */
  readonly lines: Line[] = [];
  /** The exit status, when its output has been read to the end. */
  readonly status: Promise<number>;
  readonly #title: string;
  readonly #child: Deno.ChildProcess;
  readonly #onLine: ((line: Line) => void) | undefined;
  #stderr = "";
  #ended = false;
  #news = Promise.withResolvers<void>();

  /** Starts a tool. */
  constructor(
    tool: Tool,
    flags: readonly string[],
    { permissions = [], onLine }: ToolOptions = {},
  ) {
    const program = new URL(`../${tool}.ts`, import.meta.url).href;
    this.#title = [tool, ...flags].join(" ");
    this.#onLine = onLine;
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        ...PERMISSIONS,
        ...permissions,
        program,
        "--json",
        ...flags,
      ],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.status = this.#run();
  }

  /** What it has written on the standard error so far. */
  get stderr(): string {
    return this.#stderr;
  }

  /** The lines of a type so far. */
  linesOf<Type extends Line["type"]>(type: Type): LineOf<Type>[] {
    return this.lines.filter((line): line is LineOf<Type> =>
      line.type === type
    );
  }

  /** The port of a server, as soon as it listens. */
  async port(): Promise<number> {
    const { port } = await this.waitFor("listening");
    if (port === undefined) throw this.#error("listens on no port");
    return port;
  }

  /**
   * Waits for a number of lines of a type, and answers with the last of them.
   *
   * @param limit Milliseconds to wait.
   * @throws {Error} If they do not come in time, or the tool ends before.
   */
  async waitFor<Type extends Line["type"]>(
    type: Type,
    { count = 1, limit = PATIENCE }: { count?: number; limit?: number } = {},
  ): Promise<LineOf<Type>> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#announce();
    }, limit);
    try {
      for (;;) {
        const line = this.linesOf(type)[count - 1];
        if (line !== undefined) return line;
        if (this.#ended) throw this.#error(`ended without "${type}"`);
        if (isLate) throw this.#error(`no "${type}" within ${limit} ms`);
        await this.#news.promise;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Sends a signal; a process that has ended is left alone. */
  signal(signal: Deno.Signal): void {
    if (!this.#ended) ignoreEnded(() => this.#child.kill(signal));
  }

  /** Asks it to stop, insists if need be, and resolves to the exit status. */
  async stop(): Promise<number> {
    this.signal("SIGTERM");
    const timer = setTimeout(() => this.signal("SIGKILL"), PATIENCE);
    const status = await this.status;
    clearTimeout(timer);
    return status;
  }

  /** Stops it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #run(): Promise<number> {
    const [{ code }] = await Promise.all([
      this.#child.status,
      this.#readLines(),
      this.#readErrors(),
    ]);
    this.#ended = true;
    this.#announce();
    return code;
  }

  async #readLines(): Promise<void> {
    let rest = "";
    for await (const text of decoded(this.#child.stdout)) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.#take(fromJson(line));
    }
  }

  #take(line: Line): void {
    this.lines.push(line);
    this.#onLine?.(line);
    this.#announce();
  }

  async #readErrors(): Promise<void> {
    for await (const text of decoded(this.#child.stderr)) this.#stderr += text;
  }

  #announce(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }

  #error(what: string): Error {
    const last = this.lines.at(-1);
    const said = last === undefined ? "nothing" : JSON.stringify(last);
    return new Error(
      `The ${this.#title} did not do its part: ${what}; it said last: ${said} ${this.#stderr}`
        .trimEnd(),
    );
  }
}

function decoded(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): ReadableStream<string> {
  return stream.pipeThrough(new TextDecoderStream());
}

/** `kill` throws a TypeError if the process has just ended. */
function ignoreEnded(kill: () => void): void {
  try {
    kill();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}
