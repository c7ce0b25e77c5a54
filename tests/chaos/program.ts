/** What to run: a program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

/** A program in TypeScript beside this file. */
export function onDeno(file: string): Command {
  const { href } = new URL(file, import.meta.url);
  const flags = ["-A", "--no-check", "--unstable-net"];
  return [Deno.execPath(), "run", ...flags, href];
}

/** A line that a program printed. */
export interface Line {
  /** What it is about. */
  readonly type: string;
}

const WAIT_TIMEOUT = 30_000;

/** A program that prints JSON lines, and ends when its input does. */
export class Program<Printed extends Line> implements AsyncDisposable {
  /** All lines so far. */
  readonly lines: Printed[] = [];
  /** Settles when it has ended and all it printed is read. */
  readonly ended: Promise<void>;
  readonly #child: Deno.ChildProcess;
  #isOver = false;
  #news = Promise.withResolvers<void>();

  /** Starts it, with settings as its argument. */
  constructor([program, ...args]: Command, settings: unknown) {
    this.#child = new Deno.Command(program, {
      args: [...args, JSON.stringify(settings)],
      env: { NO_COLOR: "1" },
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.ended = this.#read();
  }

  /**
   * Settles with the first line of a type, or with a later one.
   *
   * @throws {Error} If the program ends before, or takes too long.
   */
  async waitFor<Type extends Printed["type"]>(
    type: Type,
    accepts: (line: Extract<Printed, { type: Type }>) => boolean = () => true,
  ): Promise<Extract<Printed, { type: Type }>> {
    const tooLate = Promise.withResolvers<void>();
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      tooLate.resolve();
    }, WAIT_TIMEOUT);
    const isWanted = (line: Line): line is Extract<Printed, { type: Type }> =>
      line.type === type && accepts(line as Extract<Printed, { type: Type }>);
    try {
      for (;;) {
        const { promise } = this.#news;
        const found = this.lines.find(isWanted);
        if (found !== undefined) return found;
        if (this.#isOver) throw new Error(`Ended before it printed ${type}`);
        if (isLate) throw new Error(`Printed no ${type} in ${WAIT_TIMEOUT} ms`);
        await Promise.race([promise, tooLate.promise]);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends its input, which asks it to come to an end. */
  async finish(): Promise<void> {
    await this.#child.stdin.close();
  }

  /** Sends a signal; a program that has ended gets none. */
  signal(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }

  /** Kills it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.signal("SIGKILL");
    await this.ended;
    await this.#child.stdin.abort().catch(() => {});
  }

  async #read(): Promise<void> {
    let rest = "";
    const text = this.#child.stdout.pipeThrough(new TextDecoderStream());
    for await (const chunk of text) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.lines.push(JSON.parse(line));
      this.#tell();
    }
    await this.#child.status;
    this.#isOver = true;
    this.#tell();
  }

  #tell(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }
}
