import { assertEquals, assertStringIncludes } from "@std/assert";
import { deadline } from "@std/async";
import { implement, serve, type ServeOptions } from "../../mod.ts";
import { Words } from "../grpc/support/words.ts";
import { makeCertificates } from "../harness/certificates.ts";
import { atLeast } from "../harness/time.ts";

const MODULE = new URL("../../mod.ts", import.meta.url).href;
const WORDS = new URL("../grpc/support/words.ts", import.meta.url).href;

const certificates = await makeCertificates();

/** Milliseconds after which a process is held by something. */
const HELD = 10_000;

/** Runs a script in a process of its own, which is to end by itself. */
async function run(script: string, target: string): Promise<string> {
  const code = `
    import { Channel } from ${JSON.stringify(MODULE)};
    import { Words } from ${JSON.stringify(WORDS)};
    const target = ${JSON.stringify(target)};
    const tls = { caCerts: [${JSON.stringify(certificates.ca)}] };
    const failure = (call) => call.catch((error) => error.code);
    ${script}
  `;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-lock", code],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = child.output();
  try {
    const { code, stdout, stderr } = await deadline(output, HELD);
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout);
  } catch (error) {
    child.kill("SIGKILL");
    await output.catch(() => {});
    throw error;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) =>
    signal.addEventListener("abort", () => resolve())
  );
}

/** A server whose answers take some time; to "never" there is none. */
function slowServer(options: Partial<ServeOptions> = {}) {
  return serve({ hostname: "127.0.0.1", port: 0, ...options } as ServeOptions, [
    implement(Words, {
      one: async (word, { signal }) => {
        if (word === "never") await aborted(signal);
        else await atLeast(300);
        return word;
      },
      down: (words) => words.split(" "),
      up: () => "",
      both: (words) => words,
    }),
  ]);
}

/** What ends by itself though the channel is not closed, and what it says. */
const ENDS: Record<string, [script: string, said: string]> = {
  "is not used": [`new Channel(target); console.log("idle")`, "idle\n"],
  "is READY, and has answered a call": [
    `const channel = new Channel(target);
    console.log(await channel.unary(Words.one, "w"), channel.state);`,
    "w READY\n",
  ],
  "is READY with round_robin": [
    `const channel = new Channel([target], { loadBalancing: "round_robin" });
    console.log(await channel.unary(Words.one, "w"), channel.state);`,
    "w READY\n",
  ],
  "has keepalive without calls": [
    `const channel = new Channel(target, {
      keepalive: { time: 100, minimumTime: 0, permitWithoutStream: true },
    });
    console.log(await channel.unary(Words.one, "w"));`,
    "w\n",
  ],
  "has a stream whose rest nobody wants": [
    `const channel = new Channel(target);
    for await (const word of channel.serverStreaming(Words.down, "a b c")) {
      console.log(word);
      break;
    }`,
    "a\n",
  ],
  "has followers of its state": [
    `const channel = new Channel(target);
    (async () => { for await (const _ of channel.changes()); })();
    console.log(await channel.unary(Words.one, "w"));`,
    "w\n",
  ],
  "has failed, and pauses": [
    `const channel = new Channel("127.0.0.1:1", {
      backoff: { initialBackoff: 60_000 },
    });
    console.log(await failure(channel.unary(Words.one, "w")), channel.state);`,
    "14 TRANSIENT_FAILURE\n",
  ],
  "has a resolver that finds nothing": [
    `import { pollingResolver } from ${JSON.stringify(MODULE)};
    const channel = new Channel("shop", {
      resolver: pollingResolver(() => Promise.resolve([])),
    });
    console.log(await failure(channel.unary(Words.one, "w")));`,
    "14\n",
  ],
};

for (const [what, [script, said]] of Object.entries(ENDS)) {
  Deno.test(`A process ends whose channel ${what}`, async () => {
    await using server = slowServer({ enforcement: { maxPingStrikes: 0 } });
    const { port } = server.addr as Deno.NetAddr;
    assertEquals(await run(script, `127.0.0.1:${port}`), said);
  });
}

for (
  const [kind, tls] of [
    ["TLS", {}],
    ["TLS of its own authorities", { systemCaCerts: false }],
    ["TLS with a certificate", certificates.client],
  ] as const
) {
  Deno.test(`A process ends whose channel is READY over ${kind}`, async () => {
    await using server = slowServer({
      tls: certificates.server,
    } as Partial<ServeOptions>);
    const { port } = server.addr as Deno.NetAddr;
    const script = `const channel = new Channel(target, {
        tls: { ...tls, ...${JSON.stringify(tls)} },
      });
      console.log(await channel.unary(Words.one, "w"), channel.state);`;
    assertEquals(await run(script, `localhost:${port}`), "w READY\n");
  });
}

/** How a channel connects to servers that accept, and say nothing. */
const SILENT: Record<string, string> = {
  "by default": "{}",
  "with round_robin": `{ loadBalancing: "round_robin" }`,
  "with a short handshakeTimeout": `{ handshakeTimeout: 100 }`,
  "with a long handshakeTimeout": `{ handshakeTimeout: 3_600_000 }`,
  "over TLS": `{ tls, handshakeTimeout: 500 }`,
  "over TLS with round_robin":
    `{ tls, handshakeTimeout: 500, loadBalancing: "round_robin" }`,
  "over TLS of its own authorities":
    `{ tls: { ...tls, systemCaCerts: false } }`,
  "over TLS with a certificate": `{ tls: { ...tls, ...certificate } }`,
};

for (const [how, options] of Object.entries(SILENT)) {
  for (const [what, call] of [["deadline", 4], ["signal", 1]] as const) {
    Deno.test(`A process ends whose server is silent, after the ${what} of its call, ${how}`, async () => {
      const one = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const other = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const taken = [keep(one), keep(other)];
      const targets = [one, other].map(({ addr }) => `127.0.0.1:${addr.port}`);
      const script = `
        const certificate = ${JSON.stringify(certificates.client)};
        const channel = new Channel(${JSON.stringify(targets)}, ${options});
        const limit = ${
        what === "deadline"
          ? "{ deadline: 400 }"
          : "{ signal: AbortSignal.timeout(400) }"
      };
        console.log(await failure(channel.unary(Words.one, "w", limit)));`;
      try {
        assertEquals(await run(script, ""), `${call}\n`);
      } finally {
        one.close();
        other.close();
        await Promise.all(taken);
      }
    });
  }
}

/** Accepts, says nothing, and closes all at the end. */
async function keep(listener: Deno.Listener): Promise<void> {
  const accepted: Deno.Conn[] = [];
  try {
    for await (const conn of listener) accepted.push(conn);
  } finally {
    for (const conn of accepted) conn.close();
  }
}

/** What holds the process until it is there, and what is said then. */
const HOLDS: Record<string, [script: string, said: string]> = {
  "a call that is not answered yet": [
    `console.log(await channel.unary(Words.one, "w"));`,
    "w\n",
  ],
  "a call up to its deadline": [
    `console.log(await failure(channel.unary(Words.one, "never", { deadline: 100 })));`,
    "4\n",
  ],
  "a call that waits while attempts fail": [
    `const options = { waitForReady: true, deadline: 500 };
    console.log(await failure(nowhere.unary(Words.one, "w", options)));`,
    "4\n",
  ],
  "a call that waits for its next attempt": [
    `const start = performance.now();
    await failure(retrying.unary(Words.one, "w"));
    console.log(performance.now() - start > 500 ? "late" : "early");`,
    "late\n",
  ],
  "a stream that goes on": [
    `for await (const word of channel.bidiStreaming(Words.both, slowly())) {
      console.log(word);
    }`,
    "one\ntwo\n",
  ],
  "ready()": [
    `const signal = AbortSignal.timeout(500);
    console.log((await nowhere.ready({ signal }).catch((e) => e)).name);`,
    "TimeoutError\n",
  ],
  "waitFor()": [
    `await failure(nowhere.unary(Words.one, "w"));
    Deno.unrefTimer(setTimeout(() => nowhere.enterIdle(), 300));
    await nowhere.waitFor("IDLE");
    console.log(nowhere.state);`,
    "IDLE\n",
  ],
  "close()": [
    `await channel.unary(Words.one, "w");
    await channel.close();
    console.log("closed");`,
    "closed\n",
  ],
};

for (const [what, [script, said]] of Object.entries(HOLDS)) {
  Deno.test(`A process is held by ${what}`, async () => {
    await using server = slowServer();
    const { port } = server.addr as Deno.NetAddr;
    const before = `
      const channel = new Channel(target);
      const nowhere = new Channel("127.0.0.1:1", {
        backoff: { initialBackoff: 300 },
      });
      const retrying = new Channel("127.0.0.1:1", {
        serviceConfig: { methodConfig: [{ name: [{}], retryPolicy: {
          maxAttempts: 2, initialBackoff: "1s", maxBackoff: "1s",
          backoffMultiplier: 1, retryableStatusCodes: ["UNAVAILABLE"],
        } }] },
      });
      async function* slowly() {
        yield "one";
        await channel.unary(Words.one, "");
        yield "two";
      }`;
    const output = await run(before + script, `127.0.0.1:${port}`);
    assertStringIncludes(output, said);
  });
}
