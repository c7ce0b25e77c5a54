import { assertEquals, assertThrows } from "@std/assert";
import { Channel, serve } from "../../mod.ts";
import { listen } from "../../src/transport/mod.ts";
import { Words } from "../grpc/support/words.ts";

/** A server process on a port that it shares. */
class Sharer implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;

  constructor(port: number) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--unstable-net",
        "--allow-net",
        new URL("reuse_port_program.ts", import.meta.url).pathname,
        String(port),
      ],
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#lines = this.#child.stdout.pipeThrough(new TextDecoderStream())
      .getReader();
  }

  get pid(): string {
    return String(this.#child.pid);
  }

  /** The port, once it is shared. */
  async port(): Promise<number> {
    const { value } = await this.#lines.read();
    return Number(value);
  }

  /** Asks it to stop; resolves to its exit status. */
  async stop(): Promise<number> {
    this.#child.kill("SIGTERM");
    const { code } = await this.#child.status;
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#lines.cancel();
    await this.#child.status;
  }
}

Deno.test({
  name: "A second process takes a port over while the first one drains",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await using first = new Sharer(0);
    const port = await first.port();
    await using channel = new Channel(`127.0.0.1:${port}`);
    const ask = () =>
      channel.unary(Words.one, "", { waitForReady: true, deadline: 5_000 });
    assertEquals(await ask(), first.pid);
    await using second = new Sharer(port);
    assertEquals(await second.port(), port);
    const stopped = first.stop();
    let answer = first.pid;
    for (let i = 0; i < 500 && answer === first.pid; i++) answer = await ask();
    assertEquals(await stopped, 0);
    assertEquals(await ask(), second.pid);
  },
});

Deno.test("A port is shared or not, and a path never", () => {
  assertThrows(
    () => listen({ reusePort: 1 as unknown as boolean }),
    TypeError,
    "Cannot use reusePort: expected true or false, received 1",
  );
  assertThrows(
    () => serve({ path: "/nowhere/socket", reusePort: true }, []),
    TypeError,
    "path is for a Unix socket, and goes without port, hostname, reusePort and tls",
  );
});
