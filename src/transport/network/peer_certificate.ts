import { type Element, elementsOf } from "./der.ts";
import { distinguishedName } from "./distinguished_name.ts";

/** A name that a certificate is for (RFC 5280 section 4.2.1.6). */
export interface SubjectAltName {
  /** What the name is; others that a certificate may have are left out. */
  readonly type: "dns" | "email" | "uri" | "ip";
  /** The name as text, such as `spiffe://example.org/billing`. */
  readonly value: string;
}

/** The certificate that a client has shown in the TLS handshake. */
export interface PeerCertificate {
  /**
   * Whether one of `clientCaCerts` vouches for it. If not, nothing in it is to
   * be believed; with `clientCert: "require"` there is no such connection.
   */
  readonly authorized: boolean;
  /** Why it is not authorized. */
  readonly authorizationError?: string;
  /**
   * The subject, such as `CN=billing, O=Acme`: one line in the way of RFC 4514,
   * the last attribute first, `+` between those of one relative name, special
   * characters and controls in values escaped with `\`. A type without a short
   * name is an OID, and its value `#` and hexadecimal digits of DER.
   */
  readonly subject: string;
  /** Who has signed it, such as `CN=Example authority`, in the same way. */
  readonly issuer: string;
  /** The names that it is for. */
  readonly subjectAltNames: readonly SubjectAltName[];
  /** The SHA-256 of `raw`: pairs of hexadecimal digits with colons between. */
  readonly fingerprint256: string;
  /** The certificate in DER. */
  readonly raw: Uint8Array;
}

/** Of RFC 5280: the tags of the GeneralNames that are told. */
const NAME_TYPES: ReadonlyMap<number, SubjectAltName["type"]> = new Map([
  [0x81, "email"],
  [0x82, "dns"],
  [0x86, "uri"],
  [0x87, "ip"],
]);

const VERSION = 0xa0;
const EXTENSIONS = 0xa3;
const OCTET_STRING = 0x04;

/** Of RFC 5280: id-ce-subjectAltName, 2.5.29.17. */
const SUBJECT_ALT_NAME = "85,29,17";

/**
 * The names in the extension subjectAltName of a certificate. They are read
 * from the DER: the text that others make of them can be forged by a name with
 * a comma in it (CVE-2021-44532).
 *
 * @param certificate The certificate in DER.
 * @throws {RangeError} If it is none.
 */
export function subjectAltNames(certificate: Uint8Array): SubjectAltName[] {
  return partsOf(certificate)
    .filter(({ tag }) => tag === EXTENSIONS)
    .flatMap(childrenOf)
    .flatMap(childrenOf)
    .map(childrenOf)
    .filter(([id]) => id.contents.join() === SUBJECT_ALT_NAME)
    .flatMap((extension) => extension.filter(({ tag }) => tag === OCTET_STRING))
    .flatMap(childrenOf)
    .flatMap(childrenOf)
    .flatMap(nameOf);
}

/**
 * Who a certificate is for, and who has signed it, each on one line. They are
 * read from the DER, too: where others put an attribute on each line, a value
 * with a line break in it makes more of them.
 *
 * @param certificate The certificate in DER.
 * @throws {RangeError} If it is none.
 */
export function distinguishedNames(
  certificate: Uint8Array,
): { subject: string; issuer: string } {
  // RFC 5280 section 4.1: version, serial number, signature, issuer, validity,
  // subject. The version is left out where it is the first.
  const parts = partsOf(certificate).filter(({ tag }) => tag !== VERSION);
  const [, , issuer, , subject] = parts;
  if (subject === undefined) {
    throw new RangeError("Cannot read a certificate: it has no subject");
  }
  return {
    subject: distinguishedName(subject),
    issuer: distinguishedName(issuer),
  };
}

function partsOf(certificate: Uint8Array): Element[] {
  const toBeSigned = elementsOf(certificate).flatMap(childrenOf).at(0);
  if (toBeSigned === undefined) {
    throw new RangeError("Cannot read a certificate: expected DER, found none");
  }
  return childrenOf(toBeSigned);
}

function childrenOf({ contents }: Element): Element[] {
  return elementsOf(contents);
}

function nameOf({ tag, contents }: Element): SubjectAltName[] {
  const type = NAME_TYPES.get(tag);
  if (type === undefined) return [];
  const value = type === "ip"
    ? addressText(contents)
    : String.fromCharCode(...contents);
  return [{ type, value }];
}

function addressText(octets: Uint8Array): string {
  if (octets.length === 4) return octets.join(".");
  const groups: string[] = [];
  for (let i = 0; i + 1 < octets.length; i += 2) {
    groups.push((octets[i] << 8 | octets[i + 1]).toString(16));
  }
  return groups.join(":");
}
