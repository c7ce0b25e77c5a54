import { HpackError } from "./errors.ts";

const EOS = 256;

/**
 * The length in bits of the code of each octet, and of EOS
 * ({@link https://www.rfc-editor.org/rfc/rfc7541#appendix-B | RFC 7541 appendix B}).
 * The code is canonical: the lengths determine it.
 */
// deno-fmt-ignore
const LENGTHS = new Uint8Array([
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
  28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
   6, 10, 10, 12, 13,  6,  8, 11, 10, 10,  8, 11,  8,  6,  6,  6,
   5,  5,  5,  6,  6,  6,  6,  6,  6,  6,  7,  8, 15,  6, 12, 10,
  13,  6,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,
   7,  7,  7,  7,  7,  7,  7,  7,  8,  7,  8, 13, 19, 13, 14,  6,
  15,  5,  6,  5,  6,  5,  6,  6,  6,  5,  7,  7,  6,  6,  6,  5,
   6,  7,  6,  5,  5,  6,  7,  7,  7,  7,  7, 15, 11, 14, 13, 28,
  20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
  24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
  22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
  21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
  26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
  19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
  20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
  26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
  30,
]);

/** The shortest code: so many octets at most come out of one that goes in. */
const SHORTEST_CODE_BITS = 5;

const CODES: Uint32Array = assignCodes();

/** Numbers the codes of each length in the order of their symbols. */
function assignCodes(): Uint32Array {
  const codes = new Uint32Array(LENGTHS.length);
  let code = 0;
  for (let length = 1; length <= 30; length++) {
    code *= 2;
    for (let symbol = 0; symbol <= EOS; symbol++) {
      if (LENGTHS[symbol] === length) codes[symbol] = code++;
    }
  }
  return codes;
}

/** How many octets a string takes in Huffman code. */
export function huffmanLength(text: string): number {
  let bits = 0;
  for (let i = 0; i < text.length; i++) bits += LENGTHS[text.charCodeAt(i)];
  return Math.ceil(bits / 8);
}

/**
 * Writes a string in Huffman code, padded with the most significant bits of
 * EOS (RFC 7541 section 5.2), and returns where it ends.
 */
export function writeHuffman(
  target: Uint8Array,
  at: number,
  text: string,
): number {
  let bits = 0;
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const symbol = text.charCodeAt(i);
    let code = CODES[symbol];
    let length = LENGTHS[symbol];
    if (length > 24) {
      bits = bits << (length - 16) | code >>> 16;
      count += length - 16;
      while (count >= 8) target[at++] = bits >>> (count -= 8);
      code &= 0xffff;
      length = 16;
    }
    bits = bits << length | code;
    count += length;
    while (count >= 8) target[at++] = bits >>> (count -= 8);
  }
  if (count > 0) target[at++] = bits << (8 - count) | 0xff >>> count;
  return at;
}

/** The most octets that come out of Huffman code. */
export function maxHuffmanDecodedLength(codedLength: number): number {
  return Math.floor(codedLength * 8 / SHORTEST_CODE_BITS);
}

/** Set in a transition that completes the code of an octet. */
const EMITS = 0x1_0000;
/** Set in a transition that completes the code of EOS. */
const ENDS = 0x2_0000;
/** Marks a state whose bits since the last symbol are not a prefix of EOS. */
const NOT_EOS_PREFIX = 0xff;

/**
 * A state is an inner node of the code tree: the bits since the last symbol.
 */
interface Machine {
  /** By state and nibble: the next state, the symbol << 8, and the flags. */
  readonly transitions: Uint32Array;
  /** By state: how many bits it is deep if all are ones. */
  readonly padding: Uint8Array;
}

/** Made when the first string is decoded, and never changed. */
let machine: Machine | undefined;

/**
 * Decodes Huffman code into a buffer, four bits at a time.
 *
 * @returns How many octets came out.
 * @throws {HpackError} If the padding is wrong or the code contains EOS.
 */
export function readHuffman(
  source: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
): number {
  const { transitions, padding } = machine ??= buildMachine();
  let state = 0;
  let length = 0;
  for (let at = start; at < end; at++) {
    const octet = source[at];
    const high = transitions[state << 4 | octet >>> 4];
    if (high >= EMITS) {
      if (high >= ENDS) throw eosError(at);
      target[length++] = high >>> 8;
    }
    const low = transitions[(high & 0xff) << 4 | octet & 0xf];
    if (low >= EMITS) {
      if (low >= ENDS) throw eosError(at);
      target[length++] = low >>> 8;
    }
    state = low & 0xff;
  }
  if (padding[state] > 7) throw paddingError(end - 1, padding[state]);
  return length;
}

function eosError(at: number): HpackError {
  return new HpackError(
    "huffman-eos",
    at,
    "expected no EOS symbol in a Huffman string, received one",
  );
}

function paddingError(at: number, bits: number): HpackError {
  return new HpackError(
    "huffman-padding",
    at,
    bits === NOT_EOS_PREFIX
      ? "expected Huffman padding of ones, received an incomplete code"
      : `expected at most 7 bits of Huffman padding, received ${bits}`,
  );
}

function buildMachine(): Machine {
  const tree = buildTree();
  const transitions = new Uint32Array(EOS * 16);
  for (let state = 0; state < EOS; state++) {
    for (let nibble = 0; nibble < 16; nibble++) {
      transitions[state << 4 | nibble] = walk(tree, state, nibble);
    }
  }
  const padding = new Uint8Array(EOS).fill(NOT_EOS_PREFIX);
  for (let state = 0, ones = 0; state >= 0; state = tree[state * 2 + 1]) {
    padding[state] = ones++;
  }
  return { transitions, padding };
}

/** The children of each inner node: a node, or a symbol as its complement. */
function buildTree(): Int16Array {
  const tree = new Int16Array(EOS * 2);
  let nodes = 1;
  for (let symbol = 0; symbol <= EOS; symbol++) {
    let node = 0;
    for (let bit = LENGTHS[symbol] - 1; bit > 0; bit--) {
      const edge = node * 2 + (CODES[symbol] >>> bit & 1);
      node = tree[edge] ||= nodes++;
    }
    tree[node * 2 + (CODES[symbol] & 1)] = ~symbol;
  }
  return tree;
}

/** One transition. No code is shorter than a nibble: it ends one at most. */
function walk(tree: Int16Array, state: number, nibble: number): number {
  let emitted = 0;
  for (let bit = 3; bit >= 0; bit--) {
    const next = tree[state * 2 + (nibble >>> bit & 1)];
    if (next < 0) emitted = ~next === EOS ? ENDS : EMITS | ~next << 8;
    state = Math.max(next, 0);
  }
  return emitted | state;
}
