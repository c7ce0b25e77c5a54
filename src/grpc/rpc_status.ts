import type { ErrorDetail } from "./error_detail.ts";

/**
 * `google.rpc.Status`, as it travels in `grpc-status-details-bin`: the code and
 * the message again, and the details.
 */
export interface RpcStatus {
  /** Field 1, `int32 code`. */
  readonly code: number;
  /** Field 2, `string message`. */
  readonly message: string;
  /** Field 3, `repeated google.protobuf.Any details`. */
  readonly details: readonly ErrorDetail[];
}

/** The most details that are read of one error; what follows is left out. */
export const MAX_ERROR_DETAILS = 1_000;

const VARINT = 0;
const I64 = 1;
const LEN = 2;
const I32 = 5;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Encodes a status. */
export function encodeRpcStatus(
  { code, message, details }: RpcStatus,
): Uint8Array {
  return joined([
    Uint8Array.of(1 << 3 | VARINT, code),
    field(2, encoder.encode(message)),
    ...details.map(({ typeUrl, value }) =>
      field(3, joined([field(1, encoder.encode(typeUrl)), field(2, value)]))
    ),
  ]);
}

/** Decodes a status; `undefined` for what is none. */
export function decodeRpcStatus(octets: Uint8Array): RpcStatus | undefined {
  let code = 0;
  let message = "";
  const details: ErrorDetail[] = [];
  const isWhole = readFields(octets, (number, value) => {
    if (number === 1 && typeof value === "number") code = value;
    if (typeof value === "number") return true;
    if (number === 2) message = decoder.decode(value);
    if (number !== 3 || details.length === MAX_ERROR_DETAILS) return true;
    const detail = decodeAny(value);
    if (detail !== undefined) details.push(detail);
    return detail !== undefined;
  });
  return isWhole ? { code, message, details } : undefined;
}

function decodeAny(octets: Uint8Array): ErrorDetail | undefined {
  let typeUrl = "";
  let value: Uint8Array = new Uint8Array(0);
  const isWhole = readFields(octets, (number, content) => {
    if (typeof content === "number") return true;
    if (number === 1) typeUrl = decoder.decode(content);
    if (number === 2) value = content.slice();
    return true;
  });
  return isWhole ? { typeUrl, value } : undefined;
}

function field(number: number, content: Uint8Array): Uint8Array {
  if (content.length === 0) return content;
  return joined([
    Uint8Array.from([number << 3 | LEN, ...varint(content.length)]),
    content,
  ]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [value & 0x7f | 0x80, ...varint(value >>> 7)];
}

/** Hands on each field; `false` for what is no message, or is refused. */
function readFields(
  octets: Uint8Array,
  take: (number: number, value: number | Uint8Array) => boolean,
): boolean {
  for (let at = 0; at < octets.length;) {
    const tag = readVarint(octets, at);
    if (tag === undefined) return false;
    const number = Math.floor(tag.value / 8);
    const type = tag.value % 8;
    const head = type === VARINT || type === LEN
      ? readVarint(octets, tag.end)
      : { value: type === I64 ? 8 : 4, end: tag.end };
    if (head === undefined || ![VARINT, I64, LEN, I32].includes(type)) {
      return false;
    }
    at = type === VARINT ? head.end : head.end + head.value;
    if (at > octets.length) return false;
    const value = type === VARINT ? head.value : octets.subarray(head.end, at);
    if (!take(number, value)) return false;
  }
  return true;
}

/** "a varint … maximum length of 10 bytes": exact up to 2^53. */
function readVarint(
  octets: Uint8Array,
  at: number,
): { value: number; end: number } | undefined {
  let value = 0;
  for (let index = 0; index < 10; index++) {
    const octet = octets[at + index];
    if (octet === undefined) return undefined;
    value += (octet & 0x7f) * 2 ** (7 * index);
    if (octet < 0x80) return { value, end: at + index + 1 };
  }
  return undefined;
}
