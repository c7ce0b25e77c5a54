const ROOT = new URL("../../", import.meta.url).pathname;

/** What a program of the greeter has said when it was over. */
export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the client of the greeter by its task, or its server to a bad end. */
export async function runGreeter(
  role: "client" | "server",
  ...flags: string[]
): Promise<Outcome> {
  const { code, stdout, stderr } = await command(role, flags).output();
  const decoder = new TextDecoder();
  return {
    status: code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

/** The server of the greeter, started by its task on a free port. */
export class GreeterServer implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #stdout = "";
  #outcome: Promise<Outcome> | undefined;

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
    const decoder = new TextDecoderStream();
    this.#reader = child.stdout.pipeThrough(decoder).getReader();
  }

  /** Starts it, and waits until it listens. */
  static async start(...flags: string[]): Promise<GreeterServer> {
    const child = command("server", ["--port=0", ...flags]).spawn();
    const server = new GreeterServer(child);
    await server.#read();
    return server;
  }

  /** The port that it listens on. */
  get port(): number {
    return Number(/^Greeting on port (\d+)\n/.exec(this.#stdout)?.[1]);
  }

  /** Asks it to stop, and resolves to all that it has said. */
  stop(): Promise<Outcome> {
    return this.#outcome ??= this.#stop();
  }

  /** Stops it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #stop(): Promise<Outcome> {
    this.#child.kill("SIGTERM");
    while (await this.#read());
    const stderr = await new Response(this.#child.stderr).text();
    const { code } = await this.#child.status;
    return { status: code, stdout: this.#stdout, stderr };
  }

  async #read(): Promise<boolean> {
    const { done, value = "" } = await this.#reader.read();
    this.#stdout += value;
    return !done;
  }
}

function command(role: string, flags: readonly string[]): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "--cwd", ROOT, `greeter:${role}`, ...flags],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}
