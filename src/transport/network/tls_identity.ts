import { messageOf } from "../errors.ts";
import { certificatesOf } from "./pem.ts";

/** A certificate chain and its private key, in PEM. */
export interface Identity {
  /** The certificate chain. */
  readonly cert: string;
  /** The private key. */
  readonly key: string;
}

/** Whether Deno has refused a certificate or a key, not the address. */
function isIdentityFault(error: unknown): boolean {
  return error instanceof Deno.errors.InvalidData ||
    error instanceof Error && error.message.includes("KeyMismatch");
}

/**
 * What is wrong with a certificate and its key, with the names of the options;
 * the error as it is if they are not at fault.
 *
 * @param error What Deno has thrown: it does not say over which of them.
 */
export function identityError(identity: Identity, error: unknown): unknown {
  try {
    requireMatch(identity);
  } catch (better) {
    return better;
  }
  return isIdentityFault(error)
    ? refused("tls.cert with tls.key", error)
    : error;
}

/**
 * Checks that a key is that of a certificate: `node:tls` itself takes anything,
 * and then fails in each handshake.
 *
 * @throws {RangeError} If it is not, or one of them is none.
 */
export function requireMatch({ cert, key }: Identity): void {
  const crypto = globalThis.process.getBuiltinModule("node:crypto");
  const certificate = read(
    "tls.cert",
    () => new crypto.X509Certificate(cert),
  );
  const privateKey = read("tls.key", () => crypto.createPrivateKey(key));
  const matches = read(
    "tls.cert with tls.key",
    () => certificate.checkPrivateKey(privateKey),
  );
  if (matches) return;
  throw refused(
    "tls.cert with tls.key",
    new Error("the key is that of another certificate"),
  );
}

function read<Value>(name: string, make: () => Value): Value {
  try {
    return make();
  } catch (error) {
    throw refused(name, error);
  }
}

function refused(name: string, error: unknown): RangeError {
  return new RangeError(`Cannot use ${name}: ${messageOf(error)}`, {
    cause: error,
  });
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
    read(`${name}[${index}]`, () => {
      for (const pem of certificatesOf(bundle)) new crypto.X509Certificate(pem);
    });
  }
}
