/**
 * How a server tells its enforcement policy, so that clients need not find out
 * by being disconnected: as a setting of HTTP/2, for the one hop, and as
 * metadata of a response, from end to end. The formats stand in
 * `.github/KEEPALIVE-POLICY.md`.
 *
 * @module
 */
import { Alike } from "../collections/mod.ts";

/** What a server tells of how often a client may send PINGs. */
export interface AdvertisedPolicy {
  /** Milliseconds that must lie between two PINGs; 0 allows any. */
  readonly minTime: number;
  /** Whether PINGs are allowed while no call is active. */
  readonly permitWithoutStream: boolean;
  /**
   * Milliseconds of silence after which the path forgets a connection, as far
   * as the operator of the server knows; `Infinity` if nothing is known.
   */
  readonly idleLimit: number;
}

/** What a server has told of its policy, by where it said so. */
export interface ToldPolicy {
  /** With the SETTINGS of the handshake, for this hop. */
  readonly settings: AdvertisedPolicy | undefined;
  /** With the metadata of a response, from end to end. */
  readonly metadata: AdvertisedPolicy | undefined;
}

/** Where a policy was advertised. */
export type PolicySource = "settings" | "metadata";

/**
 * The setting of the policy: bit 31 is `permitWithoutStream`, the others are
 * `minTime`. 0 says nothing, like the setting that is not there. Identifiers
 * that an end does not know are ignored
 * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-6.5.2 | RFC 9113 section 6.5.2}).
 */
export const POLICY_SETTING = 0x4b41;

/** The setting of the idle limit, in milliseconds; 0 says nothing. */
export const IDLE_LIMIT_SETTING = 0x4b42;

/** The key of the metadata. */
export const POLICY_FIELD = "keepalive-policy";

/**
 * The longest interval in milliseconds that a server can bring about, with what
 * it advertises or with `too_many_pings`: gRFC A8 has no longer one either.
 */
export const LARGEST_ADVERTISED_TIME = 7_200_000;

/** The connections of a server are told the same. */
const ALIKE = new Alike<AdvertisedPolicy>();

const PERMITS = 0x8000_0000;
const LARGEST_SETTING = 0x7fff_ffff;

/** Characters of a value that is read; what this library sends has 46. */
const LONGEST_VALUE = 128;

/** The settings that tell a policy, as identifiers and values. */
export function policySettings(
  policy: AdvertisedPolicy,
): [id: number, value: number][] {
  const { permitWithoutStream, idleLimit } = policy;
  const minTime = Math.min(Math.ceil(policy.minTime), LARGEST_SETTING);
  const value = permitWithoutStream ? PERMITS + minTime : Math.max(minTime, 1);
  const settings: [number, number][] = [[POLICY_SETTING, value]];
  if (idleLimit <= LARGEST_SETTING) {
    settings.push([IDLE_LIMIT_SETTING, Math.floor(idleLimit)]);
  }
  return settings;
}

/** The policy that settings tell, if they do; of several the last counts. */
export function policyOfSettings(
  settings: readonly (readonly [id: number, value: number])[],
): AdvertisedPolicy | undefined {
  let policy = 0;
  let idleLimit = 0;
  for (const [id, value] of settings) {
    if (id === POLICY_SETTING) policy = value;
    else if (id === IDLE_LIMIT_SETTING) idleLimit = value;
  }
  if (policy === 0 && idleLimit === 0) return undefined;
  return ALIKE.of({
    minTime: policy % PERMITS,
    permitWithoutStream: policy === 0 || policy >= PERMITS,
    idleLimit: idleLimit || Infinity,
  });
}

/** The longest time that fits into 15 digits, in milliseconds. */
const LONGEST_TEXT = 999_999_999_999_999;

/** The value of the metadata that tells a policy. */
export function policyText(policy: AdvertisedPolicy): string {
  const { permitWithoutStream, idleLimit } = policy;
  const minTime = Math.min(Math.ceil(policy.minTime), LONGEST_TEXT);
  const text = `min=${minTime};permit=${permitWithoutStream ? 1 : 0}`;
  if (idleLimit === Infinity) return text;
  return `${text};idle=${Math.min(Math.floor(idleLimit), LONGEST_TEXT)}`;
}

/** `name=number`, with a number that a double holds exactly. */
const PART = /^([a-z][a-z0-9-]*)=(\d{1,15})$/;

/**
 * Reads the value of the metadata. `min` and `permit` must be there, once; names
 * that are not known are skipped, as later versions may add some.
 *
 * @returns The policy; `undefined` if that is no such value.
 */
export function parsePolicy(text: string): AdvertisedPolicy | undefined {
  if (text.length > LONGEST_VALUE) return undefined;
  const values = new Map<string, number>();
  for (const part of text.split(";")) {
    const [, name, digits] = PART.exec(part.trim()) ?? [];
    if (name === undefined || values.has(name)) return undefined;
    values.set(name, Number(digits));
  }
  const minTime = values.get("min");
  const permit = values.get("permit");
  if (minTime === undefined || !(permit === 0 || permit === 1)) {
    return undefined;
  }
  return ALIKE.of({
    minTime,
    permitWithoutStream: permit === 1,
    idleLimit: values.get("idle") || Infinity,
  });
}

/**
 * What a client makes of a policy: a sentence for each thing that its user
 * should know, in the order of importance.
 *
 * @param before The interval in milliseconds until now.
 * @param isHeld Whether this end would send PINGs without a stream.
 * @param other What the other source has told, if it has.
 */
export function policyFindings(
  policy: AdvertisedPolicy,
  before: number,
  isHeld: boolean,
  other: AdvertisedPolicy | undefined,
): string[] {
  const { minTime, permitWithoutStream, idleLimit } = policy;
  const findings: string[] = [];
  if (minTime > LARGEST_ADVERTISED_TIME) {
    findings.push(
      `the server asks for ${minTime} ms between PINGs, of which ${LARGEST_ADVERTISED_TIME} are heeded`,
    );
  }
  const time = Math.max(before, Math.min(minTime, LARGEST_ADVERTISED_TIME));
  if (time > before) {
    findings.push(
      `the server asks for ${minTime} ms between PINGs: keepalive every ${time} ms, not every ${before} ms`,
    );
  }
  if (isHeld && !permitWithoutStream) {
    findings.push("the server permits no PINGs without a call: none are sent");
  }
  if (time > idleLimit) {
    findings.push(
      `the path forgets after ${idleLimit} ms of silence, and keepalive is every ${time} ms`,
    );
  }
  if (other !== undefined && contradicts(policy, other)) {
    findings.push(
      `SETTINGS and metadata tell different policies, "${
        policyText(other)
      }" and "${policyText(policy)}": the stricter holds`,
    );
  }
  return findings;
}

function contradicts(one: AdvertisedPolicy, two: AdvertisedPolicy): boolean {
  return one.minTime !== two.minTime ||
    one.permitWithoutStream !== two.permitWithoutStream;
}
