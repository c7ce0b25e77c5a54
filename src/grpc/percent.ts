const encoder = new TextEncoder();
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });
const strict = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });

/** What is sent and read as it is; white space at an end would get lost. */
const PLAIN = /^(?! )[ -$&-~]*$/;

/**
 * Encodes a status message: UTF-8, where "%", whatever is not printable ASCII,
 * and a space at either end stands as `%XX` (gRPC over HTTP/2, Status-Message;
 * "a field value MUST NOT start or end with an ASCII whitespace character",
 * RFC 9113 section 8.2.1).
 */
export function encodeStatusMessage(message: string): string {
  if (PLAIN.test(message) && !message.endsWith(" ")) return message;
  let text = "";
  for (const octet of encoder.encode(message)) {
    text += octet >= 0x20 && octet <= 0x7e && octet !== 0x25
      ? String.fromCharCode(octet)
      : `%${octet.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return text.replace(/^ /, "%20").replace(/ $/, "%20");
}

/**
 * Decodes a status message. "When decoding invalid values, implementations
 * MUST NOT error or throw away the message": what is no `%XX` stays as it is,
 * and raw octets that are no UTF-8 are read as Latin-1.
 */
export function decodeStatusMessage(text: string): string {
  if (PLAIN.test(text)) return text;
  const octets: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const hex = text.slice(i + 1, i + 3);
    if (text[i] === "%" && /^[0-9a-fA-F]{2}$/.test(hex)) {
      octets.push(parseInt(hex, 16));
      i += 2;
    } else {
      octets.push(text.charCodeAt(i));
    }
  }
  const message = Uint8Array.from(octets);
  try {
    return strict.decode(message);
  } catch {
    return message.length === text.length ? text : lenient.decode(message);
  }
}
