import { assertEquals, assertThrows } from "@std/assert";
import {
  formatAddr,
  type Target,
} from "../../src/transport/network/address.ts";
import { formatTarget, parseTarget } from "../../src/transport/mod.ts";

const TARGETS: [string, Target][] = [
  ["localhost:50051", {
    transport: "tcp",
    hostname: "localhost",
    port: 50051,
  }],
  ["127.0.0.1:1", { transport: "tcp", hostname: "127.0.0.1", port: 1 }],
  ["a.b-c.example:65535", {
    transport: "tcp",
    hostname: "a.b-c.example",
    port: 65535,
  }],
  ["[::1]:443", { transport: "tcp", hostname: "::1", port: 443 }],
  ["[fe80::1%eth0]:80", {
    transport: "tcp",
    hostname: "fe80::1%eth0",
    port: 80,
  }],
  ["unix:/run/x.sock", { transport: "unix", path: "/run/x.sock" }],
  ["unix:x.sock", { transport: "unix", path: "x.sock" }],
  ["unix:a:b", { transport: "unix", path: "a:b" }],
];

for (const [text, target] of TARGETS) {
  Deno.test(`the target ${text} is read, and written in the same way`, () => {
    assertEquals(parseTarget(text), target);
    assertEquals(formatTarget(target), text);
  });
}

Deno.test("unix:///path is the absolute path of gRPC's name syntax", () => {
  const path = parseTarget("unix:///run/x.sock");
  assertEquals(path, { transport: "unix", path: "/run/x.sock" });
});

Deno.test("a path with slashes at its beginning is read as it was written", () => {
  for (const path of ["/x", "//x", "///x", "////"]) {
    const target: Target = { transport: "unix", path };
    assertEquals(parseTarget(formatTarget(target)), target);
  }
});

const BAD_TARGETS = [
  "",
  "localhost",
  "localhost:",
  ":50051",
  "localhost:0",
  "localhost:65536",
  "localhost:100000",
  "localhost:-1",
  "localhost:1.5",
  "localhost:http",
  "localhost:80 ",
  "localhost:80/path",
  "local host:80",
  "\n:80",
  "a\0b:80",
  "[::1\t]:80",
  "[[]:80",
  "[/]:80",
  "::1:80",
  "[::1]",
  "[]:80",
  "[::1:80",
  "http://localhost:80",
  "dns:///localhost:80",
  "unix:",
  "local\nhost:80\n",
];

for (const target of BAD_TARGETS) {
  Deno.test(`the target ${JSON.stringify(target)} is refused`, () => {
    assertThrows(
      () => parseTarget(target),
      TypeError,
      `Cannot use target "${target}": expected host:port with a port from 1 to 65535, [ipv6]:port or unix:path`,
    );
  });
}

Deno.test("socket addresses are written like targets", () => {
  const addresses: [Deno.Addr, string][] = [
    [{ transport: "tcp", hostname: "10.0.0.1", port: 80 }, "10.0.0.1:80"],
    [{ transport: "tcp", hostname: "::1", port: 80 }, "[::1]:80"],
    [{ transport: "unix", path: "/run/x.sock" }, "unix:/run/x.sock"],
  ];
  for (const [address, text] of addresses) {
    assertEquals(formatAddr(address), text);
  }
});
