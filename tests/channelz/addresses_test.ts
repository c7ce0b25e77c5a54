import { assertEquals } from "@std/assert";
import { addressOf, octetsOf } from "../../src/channelz/addresses.ts";

const none = {
  tcpipAddress: undefined,
  udsAddress: undefined,
  otherAddress: undefined,
};

Deno.test("addresses are octets of IP, paths, or names", () => {
  assertEquals(
    addressOf({ transport: "tcp", hostname: "192.0.2.7", port: 443 }),
    {
      ...none,
      tcpipAddress: { ipAddress: Uint8Array.of(192, 0, 2, 7), port: 443 },
    },
  );
  assertEquals(addressOf({ transport: "unix", path: "/run/a.sock" }), {
    ...none,
    udsAddress: { filename: "/run/a.sock" },
  });
  assertEquals(
    addressOf({ transport: "tcp", hostname: "a.example", port: 1 }),
    { ...none, otherAddress: { name: "a.example:1" } },
  );
  assertEquals(addressOf(undefined), {
    ...none,
    otherAddress: { name: "unknown" },
  });
});

Deno.test("octets of IPv6 are those of its text, however short", () => {
  const hex = (text: string) =>
    [...octetsOf(text) ?? []].map((octet) =>
      octet.toString(16).padStart(2, "0")
    )
      .join("");
  assertEquals(hex("::"), "0".repeat(32));
  assertEquals(hex("::1"), "0".repeat(31) + "1");
  assertEquals(hex("fe80::1%eth0"), "fe80" + "0".repeat(27) + "1");
  assertEquals(hex("2001:DB8::"), "20010db8" + "0".repeat(24));
  assertEquals(hex("1:2:3:4:5:6:7:8"), "00010002000300040005000600070008");
  assertEquals(hex("::ffff:192.0.2.7"), "0".repeat(20) + "ffffc0000207");
  assertEquals(hex("1::5:6:7:8"), "00010000000000000005000600070008");
});

Deno.test("what is no IP address has no octets", () => {
  for (
    const text of [
      ...["", "a", "1.2.3", "1.2.3.256", "1.2.3.4.5", "1:2:3", "1::2::3"],
      ...["1:2:3:4:5:6:7:8:9", "12345::", "g::", ":1", "1:2:3:4:5:6:7::8"],
    ]
  ) assertEquals(octetsOf(text), undefined, text);
});
