import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
} from "@std/assert";
import { DialError, type DialTlsOptions } from "../../mod.ts";
import { dial } from "../../src/transport/mod.ts";
import { certificates } from "../harness/certificates.ts";
import { TestServer } from "./support/test_server.ts";

const { ca, server: identity, client: own } = await certificates();
const TRUST = { caCerts: [ca] };
const NEVER = () => new Promise<never>(() => {});

/** Connects in vain. */
async function refusal(tls: () => unknown, target = "127.0.0.1:1") {
  return await assertRejects(
    () => dial(target, { tls: tls as () => DialTlsOptions }),
    DialError,
  );
}

Deno.test("a function in tls is asked for the options of each connection", async () => {
  await using server = new TestServer({
    tls: { ...identity, clientCaCerts: [ca], clientCert: "request" },
  });
  const answers: (DialTlsOptions | Promise<DialTlsOptions>)[] = [
    TRUST,
    Promise.resolve({ ...TRUST, ...own }),
  ];
  const tls = () => answers.shift()!;
  await using _plain = await dial(server.target, { tls });
  const first = await server.transports.take();
  await using _known = await dial(server.target, { tls });
  const second = await server.transports.take();
  assertEquals(
    [first, second].map(({ peerCertificate: seen }) => seen?.subject),
    [undefined, "CN=client"],
  );
  assertEquals(answers, []);
});

Deno.test("what the function in tls throws fails the attempt, and is its cause", async () => {
  const cause = new Error("no such secret");
  const failures = [() => {
    throw cause;
  }, () => Promise.reject(cause)];
  for (const tls of failures) {
    const error = await refusal(tls);
    assertEquals(error.phase, "tls");
    assertEquals(
      error.message,
      "Cannot connect to 127.0.0.1:1: the function in tls failed: no such secret",
    );
    assertStrictEquals((error.cause as Error).cause, cause);
  }
});

const WRONG: [what: string, given: unknown, message: string][] = [
  ["true, which would be a choice without a certificate", true, "true"],
  ["false, which would be no TLS", false, "false"],
  ["nothing", undefined, "undefined"],
  ["null", null, "null"],
  ["a text", "cert", "expected an object"],
  ["an unknown key", { caCert: [ca] }, 'did you mean "caCerts"'],
  ["no PEM", { caCerts: ["x"] }, "tls.caCerts[0]"],
  ["a certificate without its key", { cert: own.cert }, "cert and key"],
  ["a key of another", { cert: own.cert, key: identity.key }, "tls.key"],
];

for (const [what, given, message] of WRONG) {
  Deno.test(`the function in tls gives ${what}: the attempt fails and says so`, async () => {
    const error = await refusal(() => given);
    assertEquals(error.phase, "tls");
    assertStringIncludes(error.message, "the function in tls gave");
    assertStringIncludes(error.message, message);
  });
}

Deno.test("a function in tls that never answers has no longer than the attempt", async () => {
  const error = await assertRejects(
    () => dial("127.0.0.1:1", { tls: NEVER, handshakeTimeout: 20 }),
    DialError,
  );
  assertEquals(error.phase, "tls");
  assertStringIncludes(
    error.message,
    "no connection within 20 ms, as the function in tls has not answered",
  );
});

Deno.test("an attempt can be given up while the function in tls is asked", async () => {
  const controller = new AbortController();
  const dialling = dial("127.0.0.1:1", {
    tls: () => {
      controller.abort("changed my mind");
      return NEVER();
    },
    signal: controller.signal,
  });
  assertEquals(await dialling.catch((reason) => reason), "changed my mind");
});

Deno.test("a function in tls is not for a Unix socket, and is not asked", async () => {
  let isAsked = false;
  await assertRejects(
    () => dial("unix:nowhere.sock", { tls: () => (isAsked = true, {}) }),
    TypeError,
    "leave tls out",
  );
  assert(!isAsked);
});
