const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Encodes a status message: UTF-8, where "%" and whatever is not printable
 * ASCII stands as `%XX` (gRPC over HTTP/2, Status-Message).
 */
export function encodeStatusMessage(message: string): string {
  if (/^[ -$&-~]*$/.test(message)) return message;
  let text = "";
  for (const octet of encoder.encode(message)) {
    text += octet >= 0x20 && octet <= 0x7e && octet !== 0x25
      ? String.fromCharCode(octet)
      : `%${octet.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return text;
}

/**
 * Decodes a status message. "When decoding invalid values, implementations
 * MUST NOT error or throw away the message": what is no `%XX` stays as it is.
 */
export function decodeStatusMessage(text: string): string {
  if (/^[ -$&-~]*$/.test(text)) return text;
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
  return decoder.decode(Uint8Array.from(octets));
}
