import { type Element, elementsOf } from "./der.ts";

/** RFC 7468 section 2: what is between the lines is base64. */
const CERTIFICATE =
  /^-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)^-----END CERTIFICATE-----/gm;

const BEGIN = /-----BEGIN ([A-Z]+ )?CERTIFICATE-----/gm;

const SEQUENCE = 0x30;
const BIT_STRING = 0x03;

/** The certificates of a bundle in PEM, each on its own. */
export function certificatesOf(pem: string): string[] {
  return [...pem.matchAll(CERTIFICATE)].map(([text]) => `${text}\n`);
}

/**
 * Checks that certificates in PEM are ones, as far as their frame goes.
 *
 * @param name The option that they come from.
 * @throws {TypeError} If it is no string.
 * @throws {RangeError} If there is none, or one is not a certificate.
 */
export function requireCertificates(name: string, pem: unknown): void {
  requirePem(name, pem, "CERTIFICATE");
  const text = pem as string;
  const bodies = [...text.matchAll(CERTIFICATE)];
  const isWhole = bodies.length === [...text.matchAll(BEGIN)].length;
  if (isWhole && bodies.every(([, body]) => isCertificate(body))) return;
  throw new RangeError(
    `Cannot use ${name}: expected certificates in PEM, but what is in it cannot be read as one`,
  );
}

/**
 * Checks that a text has something in PEM.
 *
 * @param name The option that it comes from.
 * @throws {TypeError} If it is no string.
 * @throws {RangeError} If there is nothing with this label.
 */
export function requirePem(name: string, value: unknown, label: string): void {
  if (typeof value !== "string") {
    throw new TypeError(
      `Cannot use ${name}: expected PEM as a string, received ${typeof value}`,
    );
  }
  if (!new RegExp(`^-----BEGIN ([A-Z]+ )?${label}-----`, "m").test(value)) {
    const advice = value.includes("-----BEGIN ")
      ? ""
      : "; it takes the contents of a file, not its path";
    throw new RangeError(
      `Cannot use ${name}: expected PEM with "-----BEGIN ${label}-----", found none${advice}`,
    );
  }
}

/** RFC 5280 section 4.1: what is signed, the algorithm, the signature. */
function isCertificate(base64: string): boolean {
  try {
    const octets = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const [certificate, ...rest] = elementsOf(octets);
    return rest.length === 0 && certificate.tag === SEQUENCE &&
      hasTags(elementsOf(certificate.contents), [
        SEQUENCE,
        SEQUENCE,
        BIT_STRING,
      ]);
  } catch {
    return false;
  }
}

function hasTags(elements: Element[], tags: number[]): boolean {
  return elements.length === tags.length &&
    elements.every(({ tag }, index) => tag === tags[index]);
}
