/** Up to this many characters, a string is made from a kept array of codes. */
const SHORT = 64;

/** How many arguments a call may have on any engine. */
const LARGEST_CALL = 4096;

/**
 * By length: the codes of a short string. They are written and read in one
 * call, in which nothing is awaited and nobody else is called.
 */
const shortCodes: number[][] = [];

/** Makes a string of octets, one character for each. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start;
  if (length > SHORT) return longLatin1(bytes, start, end);
  const codes = shortCodes[length] ??= new Array<number>(length).fill(0);
  for (let i = 0; i < length; i++) codes[i] = bytes[start + i];
  return String.fromCharCode.apply(null, codes);
}

function longLatin1(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let from = start; from < end; from += LARGEST_CALL) {
    const part = bytes.subarray(from, Math.min(end, from + LARGEST_CALL));
    text += String.fromCharCode.apply(null, part as unknown as number[]);
  }
  return text;
}

/** Writes a string, one octet for each character; returns where it ends. */
export function writeLatin1(
  target: Uint8Array,
  at: number,
  text: string,
): number {
  for (let i = 0; i < text.length; i++) target[at++] = text.charCodeAt(i);
  return at;
}

/** The position of the first character above U+00FF, or -1. */
export function firstWideCharacter(text: string): number {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 0xff) return i;
  }
  return -1;
}
