import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  Channel,
  createClient,
  type DialTlsOptions,
  Health,
  HealthDefinition,
  type ListenTlsOptions,
  serve,
} from "../../mod.ts";
import { dial } from "../../src/transport/mod.ts";
import { listenEverywhere } from "../../src/transport/network/every_address.ts";
import type { ListeningSocket } from "../../src/transport/network/mod.ts";
import { certificates } from "../harness/certificates.ts";
import { TestServer } from "./support/test_server.ts";

const { ca, server: identity } = await certificates();
const everywhere = { hostname: undefined };

function canListenOn(hostname: string): boolean {
  try {
    Deno.listen({ hostname, port: 0 }).close();
    return true;
  } catch {
    return false;
  }
}

const hasIpv6 = canListenOn("::1");
const KINDS: [kind: string, tls?: ListenTlsOptions][] = [
  ["plain"],
  ["TLS of node:tls", { ...identity }],
  ["TLS of Deno", { ...identity, implementation: "deno" }],
];

for (const [kind, tls] of KINDS) {
  Deno.test({
    name: `${kind}: without a hostname, both families are listened on`,
    ignore: !hasIpv6,
    fn: async () => {
      await using server = new TestServer({ ...everywhere, tls });
      assertEquals((server.listener.addr as Deno.NetAddr).hostname, "::");
      const trust: { tls?: DialTlsOptions } = tls === undefined
        ? {}
        : { tls: { caCerts: [ca] } };
      for (const host of ["127.0.0.1", "[::1]", "localhost"]) {
        await using client = await dial(`${host}:${server.port}`, trust);
        const accepted = await server.transports.take();
        assert(await client.ping() >= 0);
        assertEquals(accepted.peer.includes("ffff"), false, accepted.peer);
        assertEquals(accepted.remoteAddr, client.localAddr);
        assertEquals(accepted.localAddr, client.remoteAddr);
      }
    },
  });
}

Deno.test({
  name: "a channel to localhost finds a server, whatever the hosts file says",
  ignore: !hasIpv6,
  fn: async () => {
    for (const hostname of [undefined, "::"]) {
      await using server = serve({ hostname, port: 0 }, [new Health().service]);
      const { port } = server.addr as Deno.NetAddr;
      await using channel = new Channel(`localhost:${port}`);
      const { check } = createClient(HealthDefinition, channel);
      assertEquals((await check({ service: "" })).status, 1);
    }
  },
});

Deno.test("with 0.0.0.0 it is IPv4 only", async () => {
  await using server = new TestServer({ hostname: "0.0.0.0" });
  assertEquals((server.listener.addr as Deno.NetAddr).hostname, "0.0.0.0");
  await using client = await dial(server.target);
  assert(await client.ping() >= 0);
  await assertRejects(() => dial(`[::1]:${server.port}`));
});

Deno.test("a port that is taken is refused, whichever family has it", async () => {
  await using server = new TestServer(everywhere);
  for (const hostname of [undefined, "0.0.0.0"]) {
    const error = assertThrows(
      () => new TestServer({ hostname, port: server.port }),
      Deno.errors.AddrInUse,
    );
    assertStringIncludes(
      error.message,
      `Cannot listen on ${hostname ?? "[::]"}:${server.port}`,
    );
  }
});

/** A socket of nothing. */
const nothing = (hostname: string): ListeningSocket => ({
  addr: { transport: "tcp", hostname, port: 1 },
  accept: () => new Promise(() => {}),
  close: () => {},
});

const NO_IPV6: [what: string, error: Error][] = [
  ["has no address", new Deno.errors.AddrNotAvailable("(os error 99)")],
  ["is not known", Object.assign(new Error(), { code: "EAFNOSUPPORT" })],
];

for (const [what, error] of NO_IPV6) {
  Deno.test(`where IPv6 ${what}, all of IPv4 is listened on`, () => {
    const asked: string[] = [];
    const socket = listenEverywhere(1, (hostname) => {
      asked.push(hostname);
      if (hostname === "::") throw error;
      return nothing(hostname);
    });
    assertEquals((socket.addr as Deno.NetAddr).hostname, "0.0.0.0");
    assertEquals(asked, ["::", "0.0.0.0"]);
  });
}

Deno.test("another error is none of IPv6, and is thrown at once", () => {
  for (const ErrorClass of [Deno.errors.AddrInUse, RangeError]) {
    const asked: string[] = [];
    const open = (hostname: string) => {
      asked.push(hostname);
      throw new ErrorClass("no");
    };
    assertThrows(() => listenEverywhere(1, open), ErrorClass, "no");
    assertEquals(asked, ["::"]);
  }
});

const PROGRAM = new URL("every_address_program.ts", import.meta.url).pathname;

/** What the program prints. */
async function reached(command: string, ...args: string[]): Promise<unknown> {
  const { code, stdout, stderr } = await new Deno.Command(command, { args })
    .output();
  const decoder = new TextDecoder();
  assertEquals(code, 0, decoder.decode(stderr));
  return JSON.parse(decoder.decode(stdout));
}

const LOOPBACK = "127.0.0.1,[::1]";

Deno.test("with the permission for IPv4 alone it is IPv4, and nobody is asked", async () => {
  const { port } = vacant();
  const net = `--allow-net=0.0.0.0:${port},${LOOPBACK}`;
  const args = ["run", "--no-prompt", net, PROGRAM, String(port)];
  assertEquals(await reached(Deno.execPath(), ...args), {
    hostname: "0.0.0.0",
    reached: ["127.0.0.1"],
  });
});

Deno.test({
  name: "the permission for IPv6 is enough for both",
  ignore: !hasIpv6,
  fn: async () => {
    const { port } = vacant();
    const net = `--allow-net=[::]:${port},${LOOPBACK}`;
    const args = ["run", "--no-prompt", net, PROGRAM, String(port)];
    assertEquals(await reached(Deno.execPath(), ...args), {
      hostname: "::",
      reached: ["127.0.0.1", "[::1]"],
    });
  },
});

Deno.test({
  name: "a port of all addresses can be shared",
  ignore: !hasIpv6 || Deno.build.os !== "linux",
  fn: async () => {
    const args = ["run", "--unstable-net", "-A", PROGRAM, "0", "shared"];
    assertEquals(await reached(Deno.execPath(), ...args), {
      hostname: "::",
      reached: ["127.0.0.1", "[::1]"],
    });
  },
});

function vacant(): Deno.NetAddr {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr;
}

/** Whether a network of one's own can be had, to set it as one likes. */
function canUnshare(): boolean {
  try {
    const args = [
      "-n",
      "sh",
      "-c",
      "ip link set lo up && test -w /proc/sys/net/ipv6/bindv6only",
    ];
    return new Deno.Command("unshare", { args }).outputSync().success;
  } catch {
    return false;
  }
}

const SETTINGS: [title: string, setting: string, hosts: string[]][] = [
  [
    "where no socket takes both families, there are two",
    "bindv6only",
    ["127.0.0.1", "[::1]"],
  ],
  [
    "where IPv6 is turned off, IPv4 is reached",
    "conf/all/disable_ipv6",
    ["127.0.0.1"],
  ],
];
const isPossible = hasIpv6 && canUnshare();

for (const [title, setting, hosts] of SETTINGS) {
  Deno.test({
    name: isPossible ? title : `${title} (skipped: no network of one's own)`,
    ignore: !isPossible,
    fn: async () => {
      const script =
        `ip link set lo up && echo 1 > /proc/sys/net/ipv6/${setting}
        exec "$@"`;
      const run = [Deno.execPath(), "run", "-A", PROGRAM, "5051"];
      assertEquals(
        await reached("unshare", "-n", "sh", "-c", script, "sh", ...run),
        { hostname: "::", reached: hosts },
      );
    },
  });
}
