import { assert, assertEquals, assertMatch } from "@std/assert";
import { Health, serve } from "@keepalive/grpc";
import { Relay } from "../harness/relay.ts";
import { linesOf } from "./support.ts";
import { IMPATIENT, WatchProcess } from "./watch_process.ts";

/** A server that lets its clients ping as they like, behind a network. */
function stage(): AsyncDisposable & { relay: Relay; target: string } {
  const server = serve({
    hostname: "127.0.0.1",
    port: 0,
    enforcement: { minTime: 0, permitWithoutStream: true },
  }, [new Health().service]);
  const relay = new Relay((server.addr as Deno.NetAddr).port);
  return {
    relay,
    target: `--target=${relay.target}`,
    async [Symbol.asyncDispose]() {
      await relay[Symbol.asyncDispose]();
      await server.close();
    },
  };
}

Deno.test("Without a terminal each look is a line, and a network that goes dark is seen in them", async () => {
  await using scene = stage();
  await using watch = new WatchProcess([scene.target, ...IMPATIENT]);
  await watch.shows(/open, RTT \d/);
  scene.relay.dark();
  await watch.shows(/silent for [1-4] s, PING unanswered [1-3] s of 4 s/);
  await watch.shows("Closed by this end (keepalive-timeout)");
  scene.relay.flow();
  assertEquals(await watch.stop(), 0);
  assertEquals(linesOf(watch.stdout).at(-1), "Stopped.");
  assertEquals([watch.stderr, watch.stdout.includes("\x1b")], ["", false]);
});

Deno.test("With --json each look is an object on a line", async () => {
  await using scene = stage();
  await using watch = new WatchProcess([scene.target, "--json", ...IMPATIENT]);
  await watch.shows('"ping-acked"');
  await watch.shows(/"rtts":\[\d/);
  assertEquals(await watch.stop(), 0);
  const looks = linesOf(watch.stdout).map((line) => JSON.parse(line));
  assert(looks.length > 2);
  for (const { type, at, connections } of looks) {
    assertEquals([type, typeof at], ["snapshot", "number"]);
    assert(Array.isArray(connections));
  }
  const last = looks.at(-1);
  assertEquals(last.connections[0].peer, scene.relay.target);
});

const ESCAPE = "\x1b[";

/** What a terminal obeys, by its last letter. */
function codes(letter: string): RegExp {
  return new RegExp(`${RegExp.escape(ESCAPE)}[\\d;?]*${letter}`, "g");
}

Deno.test({
  name: "In a terminal it draws in place, and leaves the screen as it was",
  ignore: Deno.build.os === "windows" || !hasScript(),
  async fn() {
    await using scene = stage();
    for (const columns of [100, 40]) {
      const terminal = { columns, rows: 20 };
      await using watch = new WatchProcess(
        [scene.target, ...IMPATIENT],
        { terminal, env: { NO_COLOR: "1" } },
      );
      await watch.shows(`${ESCAPE}?1049h${ESCAPE}?25l`);
      await watch.shows(/p50 +\d|p50 \d|open +\d/);
      await watch.shows("PING 3 answered");
      assertEquals(await watch.stop(), 0);
      const { stdout } = watch;
      const left = stdout.split(`${ESCAPE}?25h${ESCAPE}?1049l`);
      assertEquals(left.length, 2);
      assertEquals(stdout.match(codes("m")), null, "colours are off");
      for (
        const line of stdout.replaceAll(codes("[a-zA-Z]"), "\n").split(
          /\r?\n/,
        )
      ) {
        assert([...line].length <= columns, `${columns}: ${line}`);
      }
      assertMatch(left[1], /READY/);
    }
  },
});

function hasScript(): boolean {
  try {
    return new Deno.Command("script", { args: ["--version"] }).outputSync()
      .success;
  } catch {
    return false;
  }
}

const MISTAKES: readonly [flags: string, answer: RegExp][] = [
  ["--target nowhere", /^watch: Cannot .*expected host:port/],
  ["--interval 10", /^watch: .*--interval: expected a duration such as/],
  ["--interval 1ms", /--interval: expected a duration from 50ms to 24h/],
  ["--keepalive-timeout 0", /--keepalive-timeout: expected .* 0/],
  ["--ca /nowhere.pem", /--ca: No such file/],
  ["--tls --target unix:/x", /Cannot use TLS/],
  ["--jsn", /Unknown option '--jsn' \(Did you mean --json\?\)/],
  [
    "localhost:1",
    /Unexpected "localhost:1", expected flags only, such as --target localhost:1$/,
  ],
];

Deno.test("A mistake in the flags of watch is answered with one line and status 2", async () => {
  for (const [flags, answer] of MISTAKES) {
    await using watch = new WatchProcess(flags.split(" "));
    const { code } = await watch.status;
    const lines = linesOf(watch.stderr);
    assertEquals([code, lines.length], [2, 1], watch.stderr);
    assertMatch(lines[0], answer);
  }
});

Deno.test("A server that is not there is waited for, and the line says why", async () => {
  await using watch = new WatchProcess(["--target=127.0.0.1:1", ...IMPATIENT]);
  await watch.shows(/TRANSIENT_FAILURE: .*refused/i);
  assertEquals(await watch.stop(), 0);
});
