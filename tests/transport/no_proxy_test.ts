import { assertEquals } from "@std/assert";
import { noProxy } from "../../src/transport/network/no_proxy.ts";

Deno.test("NO_PROXY lists hosts, domains, networks and ports", () => {
  const cases: [list: string, host: string, port: number, direct: boolean][] = [
    ["", "a.example", 443, false],
    ["*", "a.example", 443, true],
    ["example", "example", 443, true],
    ["example", "a.example", 443, true],
    ["example", "counterexample", 443, false],
    [".example", "example", 443, false],
    [".example", "a.example", 443, true],
    ["*.example", "a.b.example", 443, true],
    ["Example", "A.EXAMPLE.", 443, true],
    ["example:443", "example", 443, true],
    ["example:443", "example", 80, false],
    ["a , b,,c", "c", 1, true],
    ["10.0.0.0/8", "10.1.2.3", 1, true],
    ["10.0.0.0/8", "11.1.2.3", 1, false],
    ["0.0.0.0/0", "192.0.2.1", 1, true],
    ["192.0.2.1/32", "192.0.2.2", 1, false],
    ["192.0.2.1", "192.0.2.1", 1, true],
    ["10.0.0.0/8", "a.example", 1, false],
    ["10.0.0.0/33", "10.0.0.1", 1, false],
    ["2001:db8::1", "2001:db8::1", 1, true],
    ["2001:DB8:0::1", "2001:db8::1", 1, true],
    ["2001:db8::1", "2001:0db8::0:1", 1, true],
    ["2001:db8::/32", "2001:db8:1::1", 1, true],
    ["2001:db8::/32", "2001:db9::1", 1, false],
    ["fd00::/7", "fc12::1", 1, true],
    ["::/0", "2001:db8::1", 1, true],
    ["::/0", "192.0.2.1", 1, false],
    ["0.0.0.0/0", "2001:db8::1", 1, false],
    ["2001:db8::/129", "2001:db8::", 1, false],
    ["[2001:db8::1]:5", "2001:db8::1", 5, true],
    ["[2001:db8::1]:5", "2001:db8::1", 6, false],
    ["", "localhost", 1, true],
    ["", "127.9.9.9", 1, true],
    ["", "::1", 1, true],
    ["", "0:0:0:0:0:0:0:1", 1, true],
  ];
  for (const [list, host, port, direct] of cases) {
    assertEquals(noProxy(list)(host, port), direct, `${list} ${host}:${port}`);
  }
});
