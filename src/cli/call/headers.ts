import { Metadata } from "../../../mod.ts";
import { UsageError } from "../usage_error.ts";

/**
 * Metadata out of `name: value` each; under names that end with `-bin`, values
 * in Base64.
 *
 * @throws {UsageError} If one is no metadata.
 */
export function metadataOf(headers: readonly string[]): Metadata {
  const metadata = new Metadata();
  for (const header of headers) {
    const colon = header.indexOf(":");
    if (colon < 1) {
      throw new UsageError(
        `Cannot use --header: expected "name: value", received "${header}"`,
      );
    }
    const name = header.slice(0, colon).trim();
    const value = header.slice(colon + 1).trim();
    const isBinary = name.toLowerCase().endsWith("-bin");
    try {
      metadata.append(name, isBinary ? octetsOf(value) : value);
    } catch (error) {
      throw new UsageError(
        `Cannot use --header: ${(error as Error).message}`,
      );
    }
  }
  return metadata;
}

function octetsOf(base64: string): Uint8Array {
  const text = base64.replaceAll("-", "+").replaceAll("_", "/");
  try {
    return Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
  } catch {
    throw new TypeError(`expected Base64, received "${base64}"`);
  }
}
