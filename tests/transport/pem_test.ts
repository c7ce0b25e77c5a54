import { assertEquals, assertThrows } from "@std/assert";
import {
  certificatesOf,
  requireCertificates,
} from "../../src/transport/network/pem.ts";
import { certificates } from "../harness/certificates.ts";

const { ca, server } = await certificates();

Deno.test("a bundle is read whatever stands between its certificates", () => {
  const bundle = `# one\r\n${ca}\n\n# two\n${server.cert}\n${server.key}\n`;
  requireCertificates("tls.caCerts[0]", bundle);
  const [one, two, ...rest] = certificatesOf(bundle);
  assertEquals(rest, []);
  assertEquals([one.trim(), two.trim()], [ca.trim(), server.cert.trim()]);
  assertEquals(
    certificatesOf(bundle.replaceAll("\n", "\r\n")).length,
    2,
  );
});

Deno.test("a bundle is refused as a whole if one certificate of it cannot be read", () => {
  const [first, ...lines] = ca.trim().split("\n");
  const broken = [
    lines.join("\n"),
    [first, ...lines.slice(0, -1)].join("\n"),
    [first, "!", ...lines].join("\n"),
    [first, ...lines.slice(0, 2), ...lines.slice(-1)].join("\n"),
    [first, ...lines.slice(-1)].join("\n"),
    ca.replaceAll("BEGIN CERTIFICATE", "BEGIN TRUSTED CERTIFICATE"),
  ];
  for (const text of broken) {
    assertThrows(() => requireCertificates("x", text), RangeError, "use x");
    const bundle = `${server.cert}\n${text}\n`;
    if (!text.startsWith("-----")) continue;
    assertThrows(() => requireCertificates("x", bundle), RangeError, "use x");
  }
});
