import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import {
  denoNetwork,
  dial,
  DialError,
  type DialTlsOptions,
  environmentNetwork,
  listen,
  type ListenTlsOptions,
  proxyNetwork,
} from "../../src/transport/public.ts";
import { certificates } from "../harness/certificates.ts";
import { ScriptedProxy } from "./support/scripted_proxy.ts";

const KINDS = ["http", "socks5"] as const;

/** Runs with a server and a proxy before it. */
async function withProxy(
  kind: "http" | "socks5",
  run: (proxy: ScriptedProxy) => Promise<void>,
  tls?: ListenTlsOptions,
): Promise<void> {
  await using listener = listen({
    hostname: "127.0.0.1",
    port: 0,
    ...(tls === undefined ? {} : { tls }),
  });
  const { port } = listener.addr as Deno.NetAddr;
  await using proxy = new ScriptedProxy(kind, port);
  await run(proxy);
}

/** A PING through the proxy. */
async function ping(
  url: string,
  target = "orders.test:7",
  tls?: DialTlsOptions,
): Promise<void> {
  await using transport = await dial(target, {
    network: proxyNetwork(url),
    ...(tls === undefined ? {} : { tls }),
  });
  await transport.ping();
}

for (const kind of KINDS) {
  Deno.test(`a connection through a proxy of ${kind}: names are the proxy's to look up`, async () => {
    await withProxy(kind, async (proxy) => {
      await ping(proxy.url());
      await ping(proxy.url(), "192.0.2.1:65535");
      await ping(proxy.url(), "[2001:db8::17]:1");
      assertEquals(proxy.asked.map(({ target }) => target), [
        "orders.test:7",
        "192.0.2.1:65535",
        kind === "http"
          ? "[2001:db8::17]:1"
          : "20010db8000000000000000000000017:1",
      ]);
      assertEquals(proxy.asked[0].credentials, undefined);
    });
  });

  Deno.test(`a proxy of ${kind} is told who asks, in any letters`, async () => {
    await withProxy(kind, async (proxy) => {
      proxy.credentials = "ada:sécret @:/";
      await ping(proxy.url(`ada:${encodeURIComponent("sécret @:/")}`));
      assertEquals(proxy.asked.at(-1)?.credentials, proxy.credentials);
      const wrong = await assertRejects(
        () => ping(proxy.url("ada:wrong")),
        DialError,
      );
      assert(
        wrong.message.includes(
          "does not accept the user name and the password",
        ),
        wrong.message,
      );
      assertEquals(wrong.phase, "connect");
      const none = await assertRejects(() => ping(proxy.url()), DialError);
      assert(
        none.message.includes("give it a user name and a password"),
        none.message,
      );
      assert(!none.message.includes("secret"), none.message);
    });
  });

  Deno.test(`TLS is from end to end through a proxy of ${kind}, of both implementations`, async () => {
    const { ca, server, client } = await certificates();
    const identities: ListenTlsOptions[] = [
      { ...server },
      { ...server, clientCaCerts: [ca] },
    ];
    const ours: DialTlsOptions[] = [
      { caCerts: [ca], serverName: "localhost" },
      { caCerts: [ca], serverName: "localhost", ...client },
    ];
    for (const [index, tls] of identities.entries()) {
      await withProxy(kind, async (proxy) => {
        proxy.credentials = "a:b";
        await ping(proxy.url("a:b"), "orders.test:443", ours[index]);
        const error = await assertRejects(
          () =>
            ping(proxy.url("a:b"), "orders.test:443", {
              ...ours[index],
              serverName: "other.test",
            }),
          DialError,
        );
        assert(error.message.includes("other.test"), error.message);
      }, tls);
    }
  });

  Deno.test(`a proxy of ${kind} that is not there is to blame, not the server`, async () => {
    const url = `${kind}://127.0.0.1:1`;
    const { ca, client } = await certificates();
    for (const tls of [undefined, { caCerts: [ca] }, client]) {
      const error = await assertRejects(
        () => ping(url, "orders.test:7", tls),
        DialError,
      );
      assertEquals(error.phase, "connect");
      assert(
        error.message.startsWith(
          "Cannot connect to orders.test:7: The proxy 127.0.0.1:1 cannot be reached, ",
        ),
        error.message,
      );
      assert(!error.message.includes("the server"), error.message);
    }
  });

  Deno.test(`an attempt through a proxy of ${kind} that says nothing can be given up`, async () => {
    await withProxy(kind, async (proxy) => {
      proxy.isSilent = true;
      const controller = new AbortController();
      const dialling = dial("orders.test:1", {
        network: proxyNetwork(proxy.url()),
        signal: controller.signal,
      });
      const ended = assertRejects(() => dialling, Error, "enough");
      await proxy.heard.promise;
      controller.abort(new Error("enough"));
      await ended;
    });
  });
}

Deno.test("what a proxy of http refuses is told in its words", async () => {
  await withProxy("http", async (proxy) => {
    const cases: [answer: string, text: string][] = [
      [
        "HTTP/1.1 403 Filtered\r\nServer: x\r\n\r\n",
        "it answered 403 Filtered",
      ],
      ["HTTP/1.0 502\r\n\r\n", "it answered 502"],
      ["SSH-2.0-OpenSSH\r\n\r\n", "expected an answer in HTTP/1.1"],
      [`HTTP/1.1 200 ${"x".repeat(20_000)}`, "no end within 16384 octets"],
    ];
    for (const [answer, text] of cases) {
      proxy.refusal = answer;
      const error = await assertRejects(() => ping(proxy.url()), DialError);
      assert(
        error.message.includes(`does not connect to orders.test:7: `) &&
          error.message.includes(text),
        error.message,
      );
    }
  });
});

Deno.test("what a proxy of SOCKS refuses is told in its words", async () => {
  await withProxy("socks5", async (proxy) => {
    const cases: [answer: number[], text: string][] = [
      [[5, 2, 0, 1], "connection not allowed by ruleset"],
      [[5, 5, 0, 1], "Connection refused"],
      [[5, 99, 0, 1], "unknown code 99"],
      [[4, 0, 0, 1], "expected an answer of SOCKS version 5, received octet 4"],
      [[5, 0, 0, 9], "unknown type 9"],
      [[5, 0], "closed the connection without an answer"],
    ];
    for (const [answer, text] of cases) {
      proxy.refusal = Uint8Array.from(answer);
      const error = await assertRejects(() => ping(proxy.url()), DialError);
      assert(error.message.includes(text), error.message);
    }
  });
});

Deno.test("a name that SOCKS has no room for is asked for nowhere", async () => {
  await withProxy("socks5", async (proxy) => {
    const name = (length: number) => `${"n".repeat(length)}:7`;
    await ping(proxy.url(), name(255));
    const error = await assertRejects(
      () => ping(proxy.url(), name(256)),
      DialError,
    );
    assert(error.message.includes("at most 255 octets"), error.message);
    assertEquals(proxy.asked.map(({ target }) => target), [name(255)]);
  });
});

Deno.test("a proxy that is not there is named", async () => {
  const error = await assertRejects(
    () => ping("http://127.0.0.1:1"),
    DialError,
  );
  assert(/refused/i.test(error.message), error.message);
});

Deno.test("what is listed, and this machine, is reached without the proxy", async () => {
  await withProxy("http", async (proxy) => {
    const { asked } = proxy;
    await using other = listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = other.addr as Deno.NetAddr;
    const network = proxyNetwork(proxy.url(), { noProxy: "elsewhere.test" });
    await using transport = await dial(`127.0.0.1:${port}`, { network });
    await transport.ping();
    assertEquals(asked, []);
    const signal = AbortSignal.timeout(10_000);
    assertEquals(
      await network.resolve("orders.test", { port, signal }),
      ["orders.test"],
    );
  });
});

Deno.test("a name that is listed is reached without the proxy at each of its addresses", async () => {
  await withProxy("http", async (proxy) => {
    await using other = listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = other.addr as Deno.NetAddr;
    const network = proxyNetwork(proxy.url(), { noProxy: "listed.test" });
    const { resolve } = denoNetwork;
    denoNetwork.resolve = () => Promise.resolve(["0.0.0.0"]);
    try {
      const signal = AbortSignal.timeout(10_000);
      const found = await network.resolve("listed.test", { port, signal });
      for (const address of found) {
        await using transport = await dial(`${address}:${port}`, { network });
        await transport.ping();
      }
      assertEquals([found, proxy.asked], [["0.0.0.0"], []]);
      await using transport = await dial("0.0.0.1:7", { network });
      await transport.ping();
      assertEquals(proxy.asked.length, 1);
    } finally {
      denoNetwork.resolve = resolve;
    }
  });
});

Deno.test("an attempt that is given up at the moment it is connected to the proxy asks it nothing", async () => {
  await withProxy("http", async (proxy) => {
    proxy.isSilent = true;
    const { connect } = Deno;
    const given = new AbortController();
    Deno.connect = (async (options: Deno.ConnectOptions) => {
      const conn = await connect(options);
      given.abort(new Error("enough"));
      return conn;
    }) as typeof Deno.connect;
    try {
      const connecting = proxyNetwork(proxy.url()).connect(
        { transport: "tcp", hostname: "orders.test", port: 7 },
        { signal: given.signal },
      );
      await assertRejects(
        () => Promise.race([connecting, proxy.heard.promise]),
        Error,
        "enough",
      );
    } finally {
      Deno.connect = connect;
    }
  });
});

Deno.test("the proxy of the environment is taken on request only", async () => {
  await withProxy("http", async (proxy) => {
    const names = ["HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"];
    const before = names.map((name) => Deno.env.get(name));
    try {
      for (const name of names) Deno.env.delete(name);
      assertStrictEquals(environmentNetwork(), denoNetwork);
      Deno.env.set("https_proxy", proxy.url().replace("http://", ""));
      Deno.env.set("NO_PROXY", "elsewhere.test");
      await using transport = await dial("orders.test:7", {
        network: environmentNetwork(),
      });
      await transport.ping();
      assertEquals(proxy.asked.length, 1);
    } finally {
      names.forEach((name, index) => {
        if (before[index] === undefined) Deno.env.delete(name);
        else Deno.env.set(name, before[index]);
      });
    }
  });
});

Deno.test("what is no proxy is refused at once", () => {
  const refused = (url: unknown, options?: unknown) => () =>
    proxyNetwork(url as string, options as { noProxy: string });
  assertThrows(refused("proxy:port"), RangeError, "expected http://");
  assertThrows(refused("no url"), TypeError, "expected a URL");
  assertThrows(refused(undefined), TypeError, "expected a URL");
  assertThrows(refused("https://a:1"), RangeError, "received https://");
  assertThrows(refused("http://a%:b@c:1"), TypeError, "percent-encoded");
  assertThrows(refused("http://a:1/path"), RangeError, "nothing behind");
  assertThrows(refused("http://a:1/?q"), RangeError, "nothing behind");
  assertThrows(refused("http://a%3Ab:c@h"), RangeError, "without a colon");
  assertThrows(
    refused(`http://${"u".repeat(256)}:c@h`),
    RangeError,
    "at most 255 octets",
  );
  assertThrows(refused("http://a", { noproxy: "" }), TypeError, "noProxy");
  assertThrows(refused("http://a", { noProxy: [] }), TypeError, "noProxy");
});
