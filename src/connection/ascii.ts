/** The octets of a text that has ASCII characters only. */
export function asciiOctets(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0) & 0x7f);
}

/** Octets of debug data that are shown; more help nobody. */
const SHOWN_LENGTH = 1_024;

/**
 * Refuses the reason of a drain that the peer would not see as it is.
 *
 * @throws {TypeError} If it is not printable ASCII.
 * @throws {RangeError} If it is longer than is shown.
 */
export function requireReason(reason: string): void {
  if (typeof reason !== "string" || !/^[ -~]*$/.test(reason)) {
    throw new TypeError(
      `Cannot drain: expected a reason in printable ASCII, received ${
        typeof reason === "string" ? `"${reason}"` : String(reason)
      }`,
    );
  }
  if (reason.length > SHOWN_LENGTH) {
    throw new RangeError(
      `Cannot drain: expected a reason of at most ${SHOWN_LENGTH} characters, received ${reason.length}`,
    );
  }
}

/**
 * What a peer sent as debug data, as text that is safe to print: whatever is
 * not printable ASCII stands as `\xNN`.
 */
export function printable(octets: Uint8Array): string {
  let text = "";
  for (const octet of octets.subarray(0, SHOWN_LENGTH)) {
    text += octet >= 0x20 && octet < 0x7f
      ? String.fromCharCode(octet)
      : `\\x${octet.toString(16).padStart(2, "0")}`;
  }
  return octets.length > SHOWN_LENGTH ? `${text}…` : text;
}
