import { assertEquals, assertThrows } from "@std/assert";
import { subjectAltNames } from "../../src/transport/network/peer_certificate.ts";
import { certificates } from "../harness/certificates.ts";

const { server, client } = await certificates();

/** The first certificate in some PEM, in DER. */
function derOf(pem: string): Uint8Array {
  const [, base64] = /-----BEGIN CERTIFICATE-----([^-]+)-----END/.exec(pem)!;
  return Uint8Array.fromBase64(base64.replaceAll(/\s/g, ""));
}

Deno.test("the names of a certificate are read from its DER", () => {
  assertEquals(subjectAltNames(derOf(server.cert)), [
    { type: "dns", value: "localhost" },
    { type: "ip", value: "127.0.0.1" },
    { type: "ip", value: "0:0:0:0:0:0:0:1" },
  ]);
});

Deno.test("a certificate without names has none", () => {
  assertEquals(subjectAltNames(derOf(client.cert)), []);
});

Deno.test("octets that are no certificate are refused", () => {
  for (const octets of [[0x30], [0x30, 0x05, 0x00], [0x30, 0x80], []]) {
    assertThrows(() => subjectAltNames(new Uint8Array(octets)), RangeError);
  }
});
