import type { Setting } from "../frames/mod.ts";
import {
  type AdvertisedPolicy,
  ENFORCEMENT_KEYS,
  type EnforcementOptions,
  type EnforcementParameters,
  policySettings,
  policyText,
  resolveAdvertised,
  resolveEnforcement,
} from "../keepalive/mod.ts";
import { requireOptionKeys } from "../options/mod.ts";

/** The enforcement policy of a server, and how its clients are told. */
export interface ServerPolicy {
  /** The enforcement policy in force. */
  readonly enforcement: Readonly<EnforcementParameters>;
  /** What clients are told of it; `undefined` for nothing. */
  readonly advertised: AdvertisedPolicy | undefined;
  /** That as parameters of SETTINGS; none for nothing. */
  readonly furtherSettings: readonly Setting[];
  /** That as the value of metadata. */
  readonly policyText: string | undefined;
}

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {TypeError} If a key is unknown, or a value of a wrong type.
 * @throws {RangeError} If a value is not allowed.
 */
export function serverPolicy(options: EnforcementOptions = {}): ServerPolicy {
  requireOptionKeys("the enforcement options", options, ENFORCEMENT_KEYS);
  const enforcement = resolveEnforcement(options);
  const advertised = resolveAdvertised(options, enforcement);
  return {
    enforcement,
    advertised,
    furtherSettings: advertised ? policySettings(advertised) : [],
    policyText: advertised && policyText(advertised),
  };
}
