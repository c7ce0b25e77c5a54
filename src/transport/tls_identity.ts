import { messageOf } from "./errors.ts";
import { certificatesOf } from "./pem.ts";
import type { ListenTlsOptions } from "./tls.ts";

/** Whether Deno has refused a certificate or a key, not the address. */
export function isIdentityFault(error: unknown): boolean {
  return error instanceof Deno.errors.InvalidData ||
    error instanceof Error && error.message.includes("KeyMismatch");
}

/** A certificate and a key that cannot be used, with the names of the options. */
export function identityError(error: unknown): RangeError {
  return new RangeError(
    `Cannot use tls.cert with tls.key: ${messageOf(error)}`,
    { cause: error },
  );
}

/**
 * Checks that a key is that of a certificate: `node:tls` itself takes anything,
 * and then fails in each handshake.
 *
 * @throws {RangeError} If it is not, or one of them is none.
 */
export function requireMatch(
  { cert, key }: Pick<ListenTlsOptions, "cert" | "key">,
): void {
  const crypto = globalThis.process.getBuiltinModule("node:crypto");
  let matches: boolean;
  try {
    const certificate = new crypto.X509Certificate(cert);
    matches = certificate.checkPrivateKey(crypto.createPrivateKey(key));
  } catch (error) {
    throw identityError(error);
  }
  if (!matches) {
    throw identityError(new Error("the key is that of another certificate"));
  }
}

/**
 * Checks that authorities can be read: `node:tls` leaves out those that it
 * cannot, without an error.
 *
 * @param name The option that they come from.
 * @throws {RangeError} If one of them cannot.
 */
export function requireReadable(
  name: string,
  bundles: readonly string[],
): void {
  const crypto = globalThis.process.getBuiltinModule("node:crypto");
  for (const [index, bundle] of bundles.entries()) {
    try {
      for (const pem of certificatesOf(bundle)) new crypto.X509Certificate(pem);
    } catch (error) {
      throw new RangeError(
        `Cannot use ${name}[${index}]: ${messageOf(error)}`,
        { cause: error },
      );
    }
  }
}
