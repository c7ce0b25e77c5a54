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
export class PolicyLedger {
  readonly #parts: SessionParts;
  readonly #keepalive: ClientKeepalive;
  #settings: AdvertisedPolicy | undefined;
  #metadata: AdvertisedPolicy | "unreadable" | undefined;

  /** Nothing is told yet. */
  constructor(parts: SessionParts, keepalive: ClientKeepalive) {
    this.#parts = parts;
    this.#keepalive = keepalive;
  }

  /** What was told. */
  get told(): ToldPolicy {
    const metadata = this.#metadata;
    return {
      settings: this.#settings,
      metadata: metadata === "unreadable" ? undefined : metadata,
    };
  }

  /** Milliseconds between two PINGs that are heeded; 0 if none were told. */
  get minTime(): number {
    const { settings, metadata } = this.told;
    const asked = Math.max(settings?.minTime ?? 0, metadata?.minTime ?? 0);
    return Math.min(asked, LARGEST_ADVERTISED_TIME);
  }

  /** What the first SETTINGS frame says. */
  onSettings(policy: AdvertisedPolicy): void {
    this.#settings = policy;
    this.#heed(policy, "settings");
  }

  /** The value of the metadata; only that of the first one counts. */
  onMetadata(text: string): void {
    if (this.#metadata !== undefined) return;
    const policy = parsePolicy(text);
    this.#metadata = policy ?? "unreadable";
    if (policy !== undefined) return this.#heed(policy, "metadata");
    const shown = JSON.stringify(text.slice(0, SHOWN_LENGTH));
    this.#tell(NO_POLICY, "metadata", [
      `the server's metadata "keepalive-policy" cannot be read, and is not heeded: ${shown}`,
    ]);
  }

  #heed(policy: AdvertisedPolicy, source: PolicySource): void {
    const { watchdog, permitWithoutStream } = this.#keepalive;
    const { time } = watchdog;
    if (time === Infinity) return this.#tell(policy, source, []);
    this.#keepalive.heed(policy);
    const other = source === "metadata" ? this.#settings : undefined;
    const findings = policyFindings(policy, time, permitWithoutStream, other);
    this.#tell(policy, source, findings);
  }

  /** A sentence stands in the reason of the close as well. */
  #tell(
    policy: AdvertisedPolicy,
    source: PolicySource,
    findings: readonly string[],
  ): void {
    const parts = this.#parts;
    if (findings.length > 0) parts.findings = [...parts.findings, ...findings];
    const { events } = parts;
    if (!events.wants("keepalive-policy")) return;
    const { time } = this.#keepalive.watchdog;
    events.push({
      at: events.now,
      type: "keepalive-policy",
      source,
      ...policy,
      time,
      findings,
    });
  }
}

const NO_POLICY: AdvertisedPolicy = {
  minTime: 0,
  permitWithoutStream: true,
  idleLimit: Infinity,
};
