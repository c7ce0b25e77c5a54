import { Alike } from "../collections/mod.ts";
import {
  type AdvertisedPolicy,
  type ClientKeepalive,
  LARGEST_ADVERTISED_TIME,
  parsePolicy,
  policyFindings,
  type PolicySource,
  type ToldPolicy,
} from "../keepalive/mod.ts";
import type { SessionParts } from "./session_parts.ts";

/** Characters of metadata that cannot be read, as far as they are told. */
const SHOWN_LENGTH = 48;

/**
 * What the server of a connection has told of its policy. The first SETTINGS
 * frame counts, and the first metadata: what comes later changes nothing, so
 * that a server cannot change its mind all the time.
 */
export interface Told {
  /** With the first SETTINGS frame. */
  readonly settings: AdvertisedPolicy | undefined;
  /** With the first metadata. */
  readonly metadata: AdvertisedPolicy | "unreadable" | undefined;
}

/** Nothing is told yet. */
export const NOTHING_TOLD: Told = { settings: undefined, metadata: undefined };

/** The connections of a server are told the same. */
const ALIKE = new Alike<Told>();

/** That, as far as it could be read. */
export function readable({ settings, metadata }: Told): ToldPolicy {
  return {
    settings,
    metadata: metadata === "unreadable" ? undefined : metadata,
  };
}

/** Milliseconds between two PINGs that are heeded; 0 if none were told. */
export function minTimeOf(told: Told): number {
  const { settings, metadata } = readable(told);
  const asked = Math.max(settings?.minTime ?? 0, metadata?.minTime ?? 0);
  return Math.min(asked, LARGEST_ADVERTISED_TIME);
}

/** Heeds what the first SETTINGS frame says. */
export function heedSettings(
  parts: SessionParts,
  keepalive: ClientKeepalive,
  settings: AdvertisedPolicy,
): Told {
  heed(parts, keepalive, settings, "settings", undefined);
  return ALIKE.of({ settings, metadata: undefined });
}

/** Heeds the value of the metadata, unless there was one before. */
export function heedMetadata(
  parts: SessionParts,
  keepalive: ClientKeepalive,
  told: Told,
  text: string,
): Told {
  if (told.metadata !== undefined) return told;
  const { settings } = told;
  const policy = parsePolicy(text);
  if (policy !== undefined) {
    heed(parts, keepalive, policy, "metadata", settings);
    return ALIKE.of({ settings, metadata: policy });
  }
  const shown = JSON.stringify(text.slice(0, SHOWN_LENGTH));
  tell(parts, keepalive, NO_POLICY, "metadata", [
    `the server's metadata "keepalive-policy" cannot be read, and is not heeded: ${shown}`,
  ]);
  return ALIKE.of({ settings, metadata: "unreadable" });
}

/**
 * Goes by a policy, and tells of it.
 *
 * @param other What the other source has told, if it has.
 */
function heed(
  parts: SessionParts,
  keepalive: ClientKeepalive,
  policy: AdvertisedPolicy,
  source: PolicySource,
  other: AdvertisedPolicy | undefined,
): void {
  const { watchdog, permitWithoutStream } = keepalive;
  const { time } = watchdog;
  if (time === Infinity) return tell(parts, keepalive, policy, source, []);
  keepalive.heed(policy);
  const findings = policyFindings(policy, time, permitWithoutStream, other);
  tell(parts, keepalive, policy, source, findings);
}

/** A sentence stands in the reason of the close as well. */
function tell(
  parts: SessionParts,
  { watchdog: { time } }: ClientKeepalive,
  policy: AdvertisedPolicy,
  source: PolicySource,
  findings: readonly string[],
): void {
  if (findings.length > 0) parts.findings = [...parts.findings, ...findings];
  const { events } = parts;
  if (!events.wants("keepalive-policy")) return;
  events.push({
    at: events.now,
    type: "keepalive-policy",
    source,
    ...policy,
    time,
    findings,
  });
}

const NO_POLICY: AdvertisedPolicy = {
  minTime: 0,
  permitWithoutStream: true,
  idleLimit: Infinity,
};
