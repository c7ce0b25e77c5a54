import { assert, assertEquals, assertMatch } from "@std/assert";
import { Channel } from "@keepalive/grpc";
import { Place } from "../../examples/many_cores/place.ts";

const MAIN = new URL("../../examples/many_cores/main.ts", import.meta.url);

/** So many that not all of them reach the same of two processes: 1 in 2^31. */
const CHANNELS = 32;

/** What starts the example, as its task does. */
function argsOf(...flags: string[]): string[] {
  return [
    ...["run", "--no-prompt", "--allow-run"],
    "--allow-env=NO_COLOR,FORCE_COLOR,TERM,CI",
    ...[MAIN.href, ...flags],
  ];
}

/** The example with two processes. */
class ManyCores implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #lines: AsyncGenerator<string>;

  constructor() {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: argsOf("--port=0", "--processes=2"),
      stdin: "null",
      stdout: "piped",
    }).spawn();
    this.#lines = linesOf(this.#child.stdout);
  }

  /** Waits for a line like that, and returns its first group. */
  async match(pattern: RegExp): Promise<string> {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error(`There was no line ${pattern}`);
      const found = pattern.exec(value);
      if (found !== null) return found[1];
    }
  }

  signal(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  get status(): Promise<Deno.CommandStatus> {
    return this.#child.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGTERM");
    } catch {
      // It has ended.
    }
    await this.#child.status;
    await this.#lines.return(undefined);
  }
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
}

Deno.test({
  name:
    "The example of many cores shares its port, and no call fails while its processes are replaced",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await using cores = new ManyCores();
    const port = await cores.match(/listens on port (\d+)$/);
    await using stack = new AsyncDisposableStack();
    const channels = Array.from(
      { length: CHANNELS },
      () => stack.use(new Channel(`127.0.0.1:${port}`)),
    );
    const before = await askAll(channels);
    assertEquals(before.size, 2);

    cores.signal("SIGHUP");
    let isOver = false;
    const over = cores.match(/All processes are new/).then(() => isOver = true);
    let rounds = 0;
    for (; !isOver; rounds++) await askAll(channels);
    await over;
    assert(rounds > 0);
    const after = await askAll(channels);
    assertEquals([...after].filter((pid) => before.has(pid)), []);

    cores.signal("SIGTERM");
    assertEquals((await cores.status).code, 0);
  },
});

/** Calls through each channel; throws if a call fails. */
async function askAll(channels: readonly Channel[]): Promise<Set<string>> {
  const answers = channels.map((channel) => channel.unary(Place.where, ""));
  return new Set(await Promise.all(answers));
}

/** What it complains about when it cannot begin. */
async function complaintAbout(...flags: string[]): Promise<string> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: argsOf(...flags),
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  assertEquals(code, 2);
  return new TextDecoder().decode(stderr);
}

Deno.test("The example of many cores answers a wrong flag with a line", async () => {
  assertMatch(
    await complaintAbout("--prt=1"),
    /^cores: Unknown option '--prt=1', see --help\n$/,
  );
  assertMatch(
    await complaintAbout("--port=x"),
    /^cores: Cannot use --port: expected a port .*\n$/,
  );
  assertEquals(
    await complaintAbout("--processes=0"),
    "cores: Cannot use --processes: expected 1 or more\n",
  );
});

Deno.test("The example of many cores says in a line that its port is taken", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  assertMatch(
    await complaintAbout(`--port=${port}`, "--processes=2"),
    /^cores: Cannot listen on 127\.0\.0\.1:\d+: .*in use.*\n$/,
  );
});
