import { display } from "../../options/mod.ts";
import { requireCertificates, requirePem } from "./pem.ts";

/**
 * Checks a certificate and its key, as far as their text goes.
 *
 * @throws {TypeError} If one of them is of a wrong type.
 * @throws {RangeError} If one of them is not in PEM.
 */
export function requireCertAndKey(
  { cert, key }: { readonly cert: string; readonly key: string },
): void {
  requirePem("tls.cert", cert, "CERTIFICATE");
  requirePem("tls.key", key, "PRIVATE KEY");
}

/**
 * Checks certificates of authorities.
 *
 * @param name Of the option.
 * @throws {TypeError} If they are no array.
 * @throws {RangeError} If one of them is not in PEM.
 */
export function requireAuthorities(name: string, certificates: unknown): void {
  if (!Array.isArray(certificates)) {
    throw new TypeError(
      `Cannot use ${name}: expected an array of certificates in PEM, received ${
        typeof certificates === "string"
          ? "a string, pass it as [certificates]"
          : display(certificates)
      }`,
    );
  }
  certificates.forEach((certificate, index) =>
    requireCertificates(`${name}[${index}]`, certificate)
  );
}
