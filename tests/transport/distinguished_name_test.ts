import { assertEquals, assertThrows } from "@std/assert";
import type { Element } from "../../src/transport/network/der.ts";
import { distinguishedName } from "../../src/transport/network/distinguished_name.ts";
import { distinguishedNames } from "../../src/transport/network/peer_certificate.ts";
import { certificates } from "../harness/certificates.ts";

const encoder = new TextEncoder();

const CN = [0x55, 4, 3];
const O = [0x55, 4, 10];
const C = [0x55, 4, 6];
const UTF8 = 0x0c;
const PRINTABLE = 0x13;

type Attribute = [type: number[], tag: number, value: string | number[]];

function der(tag: number, ...contents: number[]): number[] {
  const { length } = contents;
  const head = length < 0x80 ? [length] : [0x82, length >> 8, length & 0xff];
  return [tag, ...head, ...contents];
}

/** The name of some relative names. */
function nameOf(...relatives: Attribute[][]): Element {
  const contents = relatives.flatMap((attributes) =>
    der(
      0x31,
      ...attributes.flatMap(([type, tag, value]) =>
        der(
          0x30,
          ...der(6, ...type),
          ...der(
            tag,
            ...(typeof value === "string" ? encoder.encode(value) : value),
          ),
        )
      ),
    )
  );
  return { tag: 0x30, contents: new Uint8Array(contents) };
}

function shown(value: string): string {
  return distinguishedName(nameOf([[CN, UTF8, value]]));
}

Deno.test("a name is one line, the last attribute first", () => {
  const name = nameOf(
    [[C, PRINTABLE, "DE"]],
    [[O, UTF8, "Acme"]],
    [[CN, UTF8, "billing"]],
  );
  assertEquals(distinguishedName(name), "CN=billing, O=Acme, C=DE");
  assertEquals(distinguishedName(nameOf()), "");
});

Deno.test("the attributes of one relative name are joined by a plus", () => {
  const name = nameOf([[CN, UTF8, "a"], [O, UTF8, "b"]]);
  assertEquals(distinguishedName(name), "CN=a+O=b");
});

Deno.test("no value can be taken for another attribute, or leave its line", () => {
  assertEquals(shown("a, O=Acme"), "CN=a\\, O=Acme");
  assertEquals(shown("a+O=Acme"), "CN=a\\+O=Acme");
  assertEquals(shown("a\nO=Acme"), "CN=a\\0aO=Acme");
  assertEquals(shown("a\r\0\u2028"), "CN=a\\0d\\00\\e2\\80\\a8");
  assertEquals(shown('\\"<>;'), 'CN=\\\\\\"\\<\\>\\;');
  assertEquals(shown(" # a "), "CN=\\ # a\\ ");
  assertEquals(shown("#a"), "CN=\\#a");
  assertEquals(shown(" "), "CN=\\ ");
  assertEquals(shown("Müller"), "CN=Müller");
});

Deno.test("what has no short name, or is no text, is told in hexadecimal digits", () => {
  const of = (...attribute: Attribute) =>
    distinguishedName(nameOf([attribute]));
  assertEquals(of([0x2a, 0x03, 0x84, 0x01], UTF8, "a"), "1.2.3.513=#0c0161");
  assertEquals(of(CN, UTF8, [0xff]), "CN=#0c01ff");
  assertEquals(of(CN, 0x02, [7]), "CN=#020107");
  assertEquals(of(CN, 0x1e, [0, 0x61]), "CN=a");
  const long = of(CN, 0x02, Array(300).fill(0));
  assertEquals(long, `CN=#0282012c${"00".repeat(300)}`);
});

Deno.test("an attribute without a value is refused", () => {
  const contents = new Uint8Array(der(0x31, ...der(0x30, ...der(6, ...CN))));
  assertThrows(() => distinguishedName({ tag: 0x30, contents }), RangeError);
});

Deno.test("subject and issuer are found in a certificate", async () => {
  const { client } = await certificates();
  const [, base64] = /-----BEGIN CERTIFICATE-----([^-]+)-----END/.exec(
    client.cert,
  )!;
  assertEquals(
    distinguishedNames(Uint8Array.fromBase64(base64.replaceAll(/\s/g, ""))),
    { subject: "CN=client", issuer: "CN=Test authority" },
  );
  for (const octets of [[], [0x30, 0], [0x30, 2, 0x30, 0]]) {
    assertThrows(() => distinguishedNames(new Uint8Array(octets)), RangeError);
  }
});
