import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { DialError, Health, serve, type ServeOptions } from "../../mod.ts";
import { probe, type ProbeOptions } from "../../src/doctor/mod.ts";
import { certificates } from "../harness/certificates.ts";
import { linesOf, run } from "./support.ts";

/** A server with the health service on a free port. */
function healthy(options: Partial<ServeOptions> = {}) {
  const health = new Health().service;
  return serve({ ...options, hostname: "127.0.0.1", port: 0 }, [health]);
}

function portOf({ addr }: { readonly addr: Deno.Addr }): number {
  return (addr as Deno.NetAddr).port;
}

Deno.test("deno task doctor probe tells its verdict first, in 80 columns, and what was provoked", async () => {
  await using server = healthy({ enforcement: { minTime: 1_000 } });
  const { status, stdout, stderr } = await run("doctor", [
    "probe",
    `--target=127.0.0.1:${portOf(server)}`,
    "--allow-kicks",
    "--time=1200ms",
  ], { NO_COLOR: "1" });
  assertEquals([status, stderr], [0, ""]);
  assertMatch(stdout, /^connecting, at most \d+ s$/m);
  assertMatch(stdout, /^ok +A PING every 1\.2 s beside a call is allowed$/m);
  assertMatch(
    stdout,
    /^info +4 GOAWAYs too_many_pings provoked, on connections/m,
  );
  assertMatch(stdout, /^warning +A PING every 1\.2 s without a call ends/m);
  const longest = Math.max(...linesOf(stdout).map((line) => line.length));
  assert(longest <= 80, stdout);
});

Deno.test("deno task doctor probe --json prints one object", async () => {
  await using server = healthy();
  const { status, stdout } = await run("doctor", [
    "probe",
    "--json",
    `--target=127.0.0.1:${portOf(server)}`,
  ]);
  assertEquals([status, linesOf(stdout).length], [0, 1]);
  const report = JSON.parse(stdout);
  assertEquals(report.isComplete, true);
  assertEquals(report.measured.services.check.answer, "SERVING");
  assertEquals(report.measured.policy.minTime, 300_000);
});

Deno.test("deno task doctor probe says in one line what is wrong, with flags for options", async () => {
  const free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const target = `--target=127.0.0.1:${free.addr.port}`;
  free.close();
  const refused = await run("doctor", ["probe", target]);
  assertEquals(refused.status, 1);
  assertMatch(
    refused.stderr,
    /^doctor: Cannot connect to .*: Connection refu.*\n$/,
  );
  const unused = await run("doctor", ["probe", target, "--time=5s"]);
  assertEquals([unused.status, unused.stderr], [
    2,
    "doctor: Cannot use --time: it is found out by being disconnected, which needs --allow-kicks\n",
  ]);
  const gaps = await run("doctor", ["probe", target, "--gaps=5"]);
  assertEquals([gaps.status, gaps.stderr], [
    2,
    'doctor: Cannot use --gaps: expected durations such as 60s,20s,10s, received "5"\n',
  ]);
});

Deno.test("Ctrl-C gives what is known so far", async () => {
  await using server = healthy();
  const program = new URL("../../src/cli/doctor.ts", import.meta.url).href;
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-prompt", "-A", program, "probe", "--wait=1h"],
      `--target=127.0.0.1:${portOf(server)}`,
    ],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let printed = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    const isWaiting = printed.includes("waiting for the end");
    printed += text;
    if (!isWaiting && printed.includes("waiting for the end")) {
      child.kill("SIGINT");
    }
  }
  assertEquals((await child.status).code, 0);
  assertMatch(printed, /The probe was interrupted: this is what was known/);
  assertMatch(printed, /All 20 PINGs were answered/);
});

async function failure(
  target: string,
  options: ProbeOptions = {},
): Promise<string> {
  const error = await assertRejects(() => probe(target, options), DialError);
  assert(!error.message.includes("\n"), error.message);
  return error.message;
}

Deno.test("plaintext against TLS, and the reverse", async () => {
  const { server: tls, ca } = await certificates();
  await using encrypted = healthy({ tls });
  const secure = `localhost:${portOf(encrypted)}`;
  assertMatch(
    await failure(secure),
    /the server speaks TLS on this port: use tls$/,
  );
  assertMatch(
    await failure(secure, { tls: true }),
    /UnknownIssuer.*; no authority that is trusted here vouches .* tls\.caCerts$/,
  );
  const report = await probe(secure, { tls: { caCerts: [ca] } });
  assertEquals(report.measured.alpn, "h2");
  await using plain = healthy();
  assertMatch(
    await failure(`localhost:${portOf(plain)}`, { tls: true }),
    /the server does not answer with TLS.*Leave tls out/,
  );
});

Deno.test("certificates that are for others, or over", async () => {
  const { ca, elsewhere, sign } = await certificates();
  const options = { tls: { caCerts: [ca] } };
  await using other = healthy({ tls: elsewhere });
  assertMatch(
    await failure(`localhost:${portOf(other)}`, options),
    /; its certificate is for another name; give that with tls\.serverName$/,
  );
  await using over = healthy({ tls: await sign({ from: -2, until: -1 }) });
  assertMatch(
    await failure(`localhost:${portOf(over)}`, options),
    /certificate expired.*; the server needs another certificate$/,
  );
});

Deno.test("HTTP/1 only, with TLS and without", async () => {
  const { server: { cert, key }, ca } = await certificates();
  using plain = answering(Deno.listen({ hostname: "127.0.0.1", port: 0 }));
  assertMatch(
    await failure(`localhost:${portOf(plain.listener)}`),
    /an HTTP\/1 response .*; the server speaks HTTP\/1 without TLS, gRPC needs HTTP\/2$/,
  );
  using encrypted = answering(Deno.listenTls({
    ...{ hostname: "127.0.0.1", port: 0, cert, key },
    alpnProtocols: ["http/1.1"],
  }));
  assertMatch(
    await failure(`localhost:${portOf(encrypted.listener)}`, {
      tls: { caCerts: [ca] },
    }),
    /ALPN|alert/i,
  );
});

/** Answers whatever comes as a server of HTTP/1 does. */
function answering(listener: Deno.Listener) {
  const accepting = (async () => {
    for await (const conn of listener) {
      try {
        await conn.read(new Uint8Array(1_024));
        const text = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";
        await conn.write(new TextEncoder().encode(text));
      } catch {
        // The handshake has failed.
      } finally {
        conn.close();
      }
    }
  })();
  accepting.catch(() => {});
  return { listener, [Symbol.dispose]: () => listener.close() };
}
