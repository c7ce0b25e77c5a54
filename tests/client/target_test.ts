import {
  assertEquals,
  assertNotStrictEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import {
  type ChannelTarget,
  checkAddresses,
  parseChannelTarget,
} from "../../src/client/resolving/target.ts";

function dns(hostname: string, port: number): ChannelTarget {
  return { kind: "dns", hostname, port, authority: `${hostname}:${port}` };
}

function fixed(authority: string, ...addresses: string[]): ChannelTarget {
  return { kind: "fixed", addresses, authority };
}

function single(address: string): ChannelTarget {
  return fixed(address, address);
}

const READ: [string | string[], ChannelTarget][] = [
  ["greeter.test:50051", dns("greeter.test", 50_051)],
  ["localhost:1", dns("localhost", 1)],
  ["dns:greeter.test:50051", dns("greeter.test", 50_051)],
  ["dns:///greeter.test:50051", dns("greeter.test", 50_051)],
  ["dns:greeter.test", dns("greeter.test", 443)],
  ["dns:///greeter.test", dns("greeter.test", 443)],
  ["127.0.0.1:65535", single("127.0.0.1:65535")],
  ["[::1]:80", single("[::1]:80")],
  ["dns:///127.0.0.1:80", single("127.0.0.1:80")],
  ["dns:127.0.0.1", single("127.0.0.1:443")],
  ["dns:///[::1]:80", single("[::1]:80")],
  ["dns:[::1]", single("[::1]:443")],
  ["ipv4:10.0.0.1:80", single("10.0.0.1:80")],
  ["ipv4:10.0.0.1", single("10.0.0.1:443")],
  ["ipv4:///10.0.0.1:80", single("10.0.0.1:80")],
  [
    "ipv4:10.0.0.1:80,10.0.0.2",
    fixed("10.0.0.1:80", "10.0.0.1:80", "10.0.0.2:443"),
  ],
  ["ipv6:[::1]:80", single("[::1]:80")],
  ["ipv6:[::1]", single("[::1]:443")],
  [
    "ipv6:[fd00::1]:80,[fd00::2]",
    fixed("[fd00::1]:80", "[fd00::1]:80", "[fd00::2]:443"),
  ],
  ["unix:/run/a.sock", fixed("localhost", "unix:/run/a.sock")],
  ["unix:///run/a.sock", fixed("localhost", "unix:/run/a.sock")],
  ["unix:a.sock", fixed("localhost", "unix:a.sock")],
  [["greeter.test:1"], single("greeter.test:1")],
  [
    ["10.0.0.2:1", "[::1]:2", "unix:///run/a.sock"],
    fixed("10.0.0.2:1", "10.0.0.2:1", "[::1]:2", "unix:/run/a.sock"),
  ],
  [
    ["unix:/run/a.sock", "10.0.0.2:1"],
    fixed("localhost", "unix:/run/a.sock", "10.0.0.2:1"),
  ],
  [
    ["a.test:1", "b.test:1", "a.test:1"],
    fixed("a.test:1", "a.test:1", "b.test:1"),
  ],
];

for (const [target, expected] of READ) {
  Deno.test(`the target ${JSON.stringify(target)} is read`, () => {
    assertEquals(parseChannelTarget(target), expected);
  });
}

const REFUSED: [unknown, string][] = [
  ["", "expected host:port"],
  ["greeter.test", "expected host:port"],
  ["greeter.test:0", "a port from 1 to 65535"],
  ["greeter.test:65536", "a port from 1 to 65535"],
  ["greeter.test:http", "expected host:port"],
  ["::1:80", "[ipv6]:port"],
  ["http://greeter.test:80", "expected host:port"],
  ["http://greeter.test:80", "; leave http:// out"],
  ["https://greeter.test:443", "; leave https:// out, and give tls: true"],
  ["xds:///greeter", "expected host:port"],
  ["dns:", "expected host:port"],
  ["dns:///", "expected host:port"],
  ["dns:///greeter.test:0", 'target "dns:///greeter.test:0"'],
  ["dns://greeter.test:80", "expected host:port"],
  ["dns://8.8.8.8/greeter.test:80", "expected dns:///greeter.test:80"],
  ["dns:///unix:/run/a.sock", "expected host:port"],
  ["ipv4:", "ipv4:address:port"],
  ["ipv4:greeter.test:80", "ipv4:address:port"],
  ["ipv4:[::1]:80", "ipv4:address:port"],
  ["ipv4:10.0.0.1:80,", "ipv4:address:port"],
  ["ipv4:10.0.0.1:80,greeter.test:80", "ipv4:address:port"],
  ["ipv4:10.0.0.1:0", "ipv4:address:port"],
  ["ipv6:", "ipv6:[address]:port"],
  ["ipv6:::1", "ipv6:[address]:port"],
  ["ipv6:10.0.0.1:80", "ipv6:[address]:port"],
  ["ipv6:[10.0.0.1]:80", "ipv6:[address]:port"],
  ["ipv6:[::1]:80,[::2]:x", "ipv6:[address]:port"],
  ["unix:", "unix:path"],
  [[], "expected at least one, received none"],
  [["greeter.test:1", "greeter.test"], 'target "greeter.test"'],
  [["dns:///greeter.test:1"], "expected host:port"],
  [undefined, "received undefined"],
  [443, "received 443"],
];

for (const [target, message] of REFUSED) {
  Deno.test(`the target ${JSON.stringify(target) ?? target} is refused`, () => {
    const parse = () => parseChannelTarget(target as string);
    assertThrows(parse, TypeError, message);
  });
}

const FOREIGN: [name: string, authority: string][] = [
  ["orders", "orders"],
  ["registry:///orders", "orders"],
  ["registry://eu/shop/orders", "orders"],
  ["registry:///orders/", "registry:///orders/"],
  ["greeter.test:80", "greeter.test:80"],
];

for (const [name, authority] of FOREIGN) {
  Deno.test(`with a resolver, ${name} is a name of its own`, () => {
    const read = parseChannelTarget(name, true);
    assertEquals(read, { kind: "foreign", name, authority });
  });
}

Deno.test("addresses are checked, brought to one form, and told once each", () => {
  assertEquals(
    checkAddresses(["b.test:2", "unix:///s", "b.test:2", "unix:/s", "[::1]:3"]),
    ["b.test:2", "unix:/s", "[::1]:3"],
  );
  assertThrows(() => checkAddresses(["b.test:2", "b.test"]), TypeError);
});

Deno.test("a list of addresses that was checked is the same list again, another one is not", () => {
  const checked = checkAddresses(["a:1", "b:2", "a:1"]);
  assertEquals(checked, ["a:1", "b:2"]);
  assertStrictEquals(checkAddresses(checked), checked);
  const open = ["a:1", "b:2"];
  assertNotStrictEquals(checkAddresses(open), open);
  const twice = Object.freeze(["a:1", "a:1"]);
  assertEquals(checkAddresses(twice), ["a:1"]);
  const short = Object.freeze(["[::1]:080"]);
  assertEquals(checkAddresses(short), ["[::1]:80"]);
});
