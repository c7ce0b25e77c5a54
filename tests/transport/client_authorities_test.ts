import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { Channel, DialError, type DialTlsOptions } from "../../mod.ts";
import { dial } from "../../src/transport/mod.ts";
import {
  certificates,
  makeCertificates,
  type Wish,
} from "../harness/certificates.ts";
import { RawServer } from "../harness/raw_peer.ts";
import { Relay } from "../harness/relay.ts";
import { breathe, until } from "../harness/time.ts";
import { TestServer } from "./support/test_server.ts";

const { ca, server: identity, elsewhere, client: own, sign } =
  await certificates();
const stranger = await makeCertificates("Another authority");

/** Clients on Deno's TLS, and on that of `node:tls`. */
const KINDS: [kind: string, tls: DialTlsOptions][] = [
  ["plain", { caCerts: [ca] }],
  ["with a certificate", { caCerts: [ca], ...own }],
  ["without the system's authorities", {
    caCerts: [ca],
    systemCaCerts: false,
  }],
];

/** Those on `node:tls`. */
const NODE = KINDS.slice(1);

/** What is wrong with a certificate, and how the client says it. */
const WRONG: [what: string, wish: Wish, said: string][] = [
  ["has expired", { from: -24, until: -1 }, "certificate expired"],
  ["is not valid yet", { from: 1 }, "certificate not valid yet"],
  ["is one for clients", { usage: "clientAuth" }, "client authentication"],
  ["is for another host", { names: ["other.test"] }, "other.test"],
  ["is for another address", { names: ["127.0.0.2"] }, "127.0.0.2"],
  ["has its name as common name only", { names: [] }, "any names"],
  ["has a wildcard for all", { names: ["*"] }, "not valid for name"],
  ["has a wildcard in a name", { names: ["local*"] }, "not valid for name"],
];

for (const [what, wish, said] of WRONG) {
  Deno.test(`a server whose certificate ${what} is refused by each kind of client, for the same reason`, async () => {
    await using server = new TestServer({ tls: await sign(wish) });
    for (const [kind, tls] of KINDS) {
      const error = await assertRejects(
        () => dial(server.target, { tls: { ...tls, serverName: "localhost" } }),
        DialError,
        "invalid peer certificate: ",
        kind,
      );
      assertEquals(error.phase, "tls");
      assertStringIncludes(error.message, said);
      await server.errors.take();
    }
  });
}

Deno.test("each kind of client says the name to the server (SNI), but no address", async () => {
  for (const [kind, tls] of KINDS) {
    for (const serverName of ["elsewhere.test", "127.0.0.1"]) {
      using server = new RawServer();
      const aborter = new AbortController();
      const dialing = dial(server.target, {
        tls: { ...tls, serverName },
        signal: aborter.signal,
      }).catch(() => {});
      using peer = await server.accept();
      const hello = new Uint8Array(4096);
      const count = await peer.conn.read(hello) ?? 0;
      aborter.abort();
      await dialing;
      const text = new TextDecoder("latin1").decode(hello.subarray(0, count));
      const isSaid = text.includes(serverName);
      assertEquals(isSaid, serverName === "elsewhere.test", kind);
    }
  }
});

/** Names of a certificate, and a host that they are for. */
const RIGHT: [names: string[], serverName: string][] = [
  [["localhost"], "LOCALHOST"],
  [["LocalHost"], "localhost"],
  [["localhost"], "localhost."],
  [["*.example.test"], "a.example.test"],
  [["127.0.0.1"], "127.0.0.1"],
  [["::1"], "0:0::1"],
  [["other.test", "localhost"], "localhost"],
];

for (const [names, serverName] of RIGHT) {
  Deno.test(`a certificate of ${names} is good for ${serverName}, for each kind of client`, async () => {
    await using server = new TestServer({ tls: await sign({ names }) });
    for (const [, tls] of KINDS) {
      await using client = await dial(server.target, {
        tls: { ...tls, serverName },
      });
      assert(await client.ping() >= 0);
    }
  });
}

Deno.test("a wildcard stands for one label, for each kind of client", async () => {
  const names = ["*.example.test"];
  await using server = new TestServer({ tls: await sign({ names }) });
  for (const [, tls] of KINDS) {
    for (const serverName of ["example.test", "a.b.example.test"]) {
      await assertRejects(
        () => dial(server.target, { tls: { ...tls, serverName } }),
        DialError,
        `not valid for name "${serverName}"`,
      );
    }
  }
});

for (const [kind, tls] of KINDS) {
  Deno.test(`each authority of a bundle is trusted by a client ${kind}`, async () => {
    await using server = new TestServer({ tls: identity });
    for (const bundle of [`${stranger.ca}\n${ca}`, `${ca}\n${stranger.ca}`]) {
      const text = bundle.replaceAll("\n", "\r\n");
      for (const caCerts of [[bundle], [`Here they are:\n${text}`]]) {
        await using client = await dial(server.target, {
          tls: { ...tls, caCerts },
        });
        assert(await client.ping() >= 0);
      }
    }
  });
}

for (const [kind, tls] of NODE) {
  Deno.test(`a client ${kind} knows the addresses of both ends`, async () => {
    await using server = new TestServer({ tls: identity });
    await using client = await dial(server.target, { tls });
    const accepted = await server.transports.take();
    assertEquals(client.peer, server.target);
    assertEquals(client.remoteAddr, accepted.localAddr);
    assertEquals(client.localAddr, accepted.remoteAddr);
    assertEquals(client.peerCertificate, undefined);
  });

  Deno.test(`all that a client ${kind} sends and receives arrives, in order`, async () => {
    await using server = new TestServer({
      tls: identity,
      enforcement: { maxPingStrikes: 0 },
    });
    await using client = await dial(server.target, { tls });
    for (let round = 0; round < 20; round++) {
      const pings = Array.from({ length: 100 }, () => client.ping());
      for (const rtt of await Promise.all(pings)) assert(rtt >= 0);
    }
  });

  Deno.test(`a client ${kind} notices an end without a close_notify`, async () => {
    await using server = new TestServer({ tls: identity });
    const relay = new Relay(server.port);
    const client = await dial(relay.target, { tls });
    await relay.close();
    assertEquals((await client.closed).kind, "end-of-stream");
    await client.finished;
  });

  Deno.test(`a last GOAWAY of a client ${kind} arrives, and one of the server`, async () => {
    await using server = new TestServer({ tls: identity });
    const client = await dial(server.target, { tls });
    await client.close();
    assertEquals((await server.closes.take()).kind, "goaway");
    const another = await dial(server.target, { tls });
    await server.listener.close();
    assertEquals((await another.closed).kind, "goaway");
    await another.finished;
  });

  Deno.test(`a client ${kind} checks serverName instead of the host`, async () => {
    await using server = new TestServer({ tls: elsewhere });
    const serverName = "elsewhere.test";
    await using client = await dial(server.target, {
      tls: { ...tls, serverName },
    });
    assert(await client.ping() >= 0);
  });

  Deno.test({
    name: `no attempt of a client ${kind} leaves a descriptor behind`,
    ignore: Deno.build.os !== "linux",
    fn: async () => {
      await using server = new TestServer({ tls: identity });
      await using wrong = new TestServer({ tls: elsewhere });
      await using plain = new TestServer();
      const round = async () => {
        await (await dial(server.target, { tls })).close();
        for (const { target } of [wrong, plain]) {
          await assertRejects(() => dial(target, { tls }), DialError);
        }
        const caCerts = [stranger.ca];
        await assertRejects(
          () => dial(server.target, { tls: { ...tls, caCerts } }),
          DialError,
        );
        const signal = AbortSignal.timeout(1);
        await dial(server.target, { tls, signal })
          .then((client) => client.close(), () => {});
      };
      await round();
      await until(() =>
        [server, wrong, plain].every(({ listener }) =>
          listener.transports.size === 0
        )
      );
      const before = await descriptors();
      assert(before > 3);
      for (let i = 0; i < 10; i++) await round();
      while (await descriptors() > before) await breathe();
    },
  });

  Deno.test(`a channel ${kind} tries each address, and checks the name`, async () => {
    await using server = new TestServer({ tls: elsewhere });
    for (const authority of ["elsewhere.test", "elsewhere.test:50051"]) {
      await using channel = new Channel(["127.0.0.1:1", server.target], {
        authority,
        tls: { ...tls, serverName: undefined } as DialTlsOptions,
      });
      await channel.ready({ signal: AbortSignal.timeout(20_000) });
      assertEquals(channel.state, "READY");
    }
    await using channel = new Channel(`localhost:${server.port}`, { tls });
    const error = await assertRejects(() => channel.connect(), DialError);
    assertEquals(error.phase, "tls");
    assertStringIncludes(error.message, 'not valid for name "localhost"');
  });
}

/**
 * How many descriptors this process has, those of the question included; Deno
 * reads such a folder itself with all permissions only.
 */
async function descriptors(): Promise<number> {
  const { stdout } = await new Deno.Command("ls", {
    args: [`/proc/${Deno.pid}/fd`],
  }).output();
  return new TextDecoder().decode(stdout).trim().split("\n").length;
}

const MODULE = new URL("../../src/transport/public.ts", import.meta.url).href;

/** What a process says that dials a server with one after the other options. */
async function said(
  target: string,
  options: (DialTlsOptions | true)[],
  command: Omit<Deno.CommandOptions, "args"> & { flags: string[] },
): Promise<string[]> {
  const code = `
    import { dial } from ${JSON.stringify(MODULE)};
    for (const tls of ${JSON.stringify(options)}) {
      try {
        const client = await dial(${JSON.stringify(target)}, { tls });
        console.log(client.state.kind);
        await client.close();
      } catch ({ name, phase, message }) {
        console.log(phase ?? name, message.split("certificate: ").at(-1));
      }
    }`;
  const { flags, ...rest } = command;
  const program = await Deno.makeTempFile({ suffix: ".mjs" });
  try {
    await Deno.writeTextFile(program, code);
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-lock", "--no-prompt", ...flags, program],
      ...rest,
    }).output();
    const text = (octets: Uint8Array) => new TextDecoder().decode(octets);
    assertEquals(text(stderr).replace(/.*Warning.*\n/g, ""), "");
    return text(stdout).trim().split("\n");
  } finally {
    await Deno.remove(program);
  }
}

/** Options, and what becomes of them where the system trusts `stranger`. */
const SYSTEM: [what: string, tls: DialTlsOptions | true, said: string][] = [
  ["nothing", true, "open"],
  ["caCerts", { caCerts: [ca] }, "open"],
  ["systemCaCerts: true", { caCerts: [ca], systemCaCerts: true }, "open"],
  ["a certificate", { ...own }, "open"],
  ["a certificate and caCerts", { caCerts: [ca], ...own }, "open"],
  [
    "systemCaCerts: false",
    { caCerts: [ca], systemCaCerts: false },
    "tls UnknownIssuer: none of tls.caCerts vouches for it, and tls.systemCaCerts is false",
  ],
  [
    "a certificate and systemCaCerts: false",
    { caCerts: [ca], systemCaCerts: false, ...own },
    "tls UnknownIssuer: none of tls.caCerts vouches for it, and tls.systemCaCerts is false",
  ],
  [
    "the same authority and systemCaCerts: false",
    { caCerts: [stranger.ca], systemCaCerts: false },
    "open",
  ],
];

for (const way of ["DENO_CERT", "--cert"]) {
  Deno.test(`an authority that ${way} adds to the system's is trusted unless systemCaCerts is false`, async () => {
    await using server = new TestServer({ tls: stranger.server });
    const file = await Deno.makeTempFile({ suffix: ".pem" });
    await Deno.writeTextFile(file, stranger.ca);
    const isFlag = way === "--cert";
    try {
      const told = await said(server.target, SYSTEM.map(([, tls]) => tls), {
        flags: ["--allow-net", ...isFlag ? ["--cert", file] : []],
        env: isFlag ? {} : { DENO_CERT: file },
      });
      assertEquals(told, SYSTEM.map(([, , told]) => told));
    } finally {
      await Deno.remove(file);
    }
  });
}

Deno.test("the permission for the target is enough, and without it dial says so", async () => {
  await using server = new TestServer({ tls: identity });
  const options = KINDS.map(([, tls]) => tls);
  const flags = [`--allow-net=${server.target}`];
  assertEquals(
    await said(server.target, options, { flags }),
    options.map(() => "open"),
  );
  for (const line of await said(server.target, options, { flags: [] })) {
    assertStringIncludes(line, "NotCapable Requires net access");
  }
});

Deno.test("NODE_TLS_REJECT_UNAUTHORIZED makes no client trust anybody", async () => {
  await using server = new TestServer({ tls: stranger.server });
  const told = await said(server.target, KINDS.map(([, tls]) => tls), {
    flags: ["--allow-net", "--allow-env"],
    env: { NODE_TLS_REJECT_UNAUTHORIZED: "0" },
  });
  assertEquals(told.length, KINDS.length);
  for (const line of told) assertStringIncludes(line, "tls UnknownIssuer");
});
