/** Octets from hexadecimal digits; spaces and line ends are ignored. */
export function octets(digits: string): Uint8Array<ArrayBuffer> {
  const compact = digits.replace(/\s+/g, "");
  if (!/^([0-9a-f]{2})*$/i.test(compact)) {
    throw new TypeError(`Expected pairs of hexadecimal digits: ${digits}`);
  }
  return Uint8Array.from(
    { length: compact.length / 2 },
    (_, i) => parseInt(compact.slice(2 * i, 2 * i + 2), 16),
  );
}

/** Hexadecimal digits of octets. */
export function hex(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, "0"))
    .join("");
}

/** The octets of a text that has ASCII characters only. */
export function ascii(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Joins octets. */
export function concat(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(
    parts.reduce((sum, part) => sum + part.length, 0),
  );
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
