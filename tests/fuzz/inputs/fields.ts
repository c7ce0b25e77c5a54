import type { Random } from "../../harness/seed.ts";
import { randomText } from "./octets.ts";

/** Names and values that mean something, and some that must not be there. */
const NAMES = [
  ":method",
  ":path",
  ":scheme",
  ":authority",
  ":status",
  ":protocol",
  "authorization",
  "connection",
  "content-length",
  "content-type",
  "cookie",
  "grpc-encoding",
  "grpc-accept-encoding",
  "grpc-message",
  "grpc-status",
  "grpc-timeout",
  "grpc-previous-rpc-attempts",
  "host",
  "te",
  "transfer-encoding",
  "user-agent",
  "x-custom",
  "x-data-bin",
  "X-Upper",
  "",
];

const VALUES = [
  "",
  " ",
  "/",
  "/echo.Echo/Unary",
  "0",
  "1",
  "100",
  "200",
  "204",
  "503",
  "-1",
  "99999999S",
  "1H",
  "application/grpc",
  "application/grpc+proto",
  "application/json",
  "AAEC",
  "AAE=,AQ",
  "gzip",
  "identity,gzip",
  "GET",
  "http",
  "POST",
  "trailers",
  " trailing ",
  "%E4%BD%A0%",
  "ÿ\0",
];

/** One field; its parts are Latin-1, as HPACK has them. */
export function randomField(random: Random): [name: string, value: string] {
  const name = random.oneIn(8) ? latin1(random, 20) : random.pick(NAMES);
  const value = random.oneIn(4) ? latin1(random, 60) : random.pick(VALUES);
  return [name, value];
}

/** A list of fields, some of them again and again. */
export function randomFields(
  random: Random,
  most: number,
): [name: string, value: string][] {
  const fields: [string, string][] = [];
  for (let count = random.below(most + 1); count > 0; count--) {
    const isRepeated = fields.length > 0 && random.oneIn(6);
    fields.push(isRepeated ? random.pick(fields) : randomField(random));
  }
  return fields;
}

/**
 * Request headers, response headers or trailers.
 *
 * @param rarity One of so many has a field too few or too many.
 */
export function randomSection(
  random: Random,
  role: "request" | "response" | "trailers",
  rarity: number,
): [name: string, value: string][] {
  const fields = [...SECTIONS[role]];
  for (let count = random.below(4); count > 0; count--) {
    fields.push([
      `x-${random.below(20)}`,
      randomText(random, 20, Infinity).trim(),
    ]);
  }
  if (random.oneIn(rarity)) fields.push(randomField(random));
  if (random.oneIn(rarity)) fields.splice(random.below(fields.length), 1);
  return fields;
}

const SECTIONS: Readonly<
  Record<string, [name: string, value: string][]>
> = {
  request: [
    [":method", "POST"],
    [":scheme", "http"],
    [":path", "/echo.Echo/Unary"],
    [":authority", "localhost"],
    ["te", "trailers"],
    ["content-type", "application/grpc"],
  ],
  response: [[":status", "200"], ["content-type", "application/grpc"]],
  trailers: [["grpc-status", "0"], ["grpc-message", ""]],
};

function latin1(random: Random, maxLength: number): string {
  return randomText(random, maxLength).replace(
    /[^\0-\xff]/g,
    (character) => String.fromCharCode(character.charCodeAt(0) & 0xff),
  );
}
