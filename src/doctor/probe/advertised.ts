import type { Setting } from "../../frames/mod.ts";

/** What a server of this library tells of its enforcement policy. */
export interface AdvertisedPolicy {
  /** Milliseconds that must lie between two PINGs; 0 allows any. */
  readonly minTime: number;
  /** Whether PINGs are allowed while no call is active. */
  readonly permitWithoutStream: boolean;
  /** Milliseconds of silence that the path bears; `Infinity` if not told. */
  readonly idleLimit: number;
}

/** The setting of the policy: bit 31 permits, the others are the time. */
const POLICY_SETTING = 0x4b41;

/** The setting of the idle limit. */
const IDLE_LIMIT_SETTING = 0x4b42;

const PERMITS = 0x8000_0000;

/** The policy that SETTINGS tell, if they do; 0 says nothing. */
export function policyOfSettings(
  settings: readonly Setting[],
): AdvertisedPolicy | undefined {
  const valueOf = (id: number) =>
    settings.findLast(([its]) => its === id)?.[1] ?? 0;
  const policy = valueOf(POLICY_SETTING);
  const idleLimit = valueOf(IDLE_LIMIT_SETTING);
  if (policy === 0 && idleLimit === 0) return undefined;
  return {
    minTime: policy % PERMITS,
    permitWithoutStream: policy === 0 || policy >= PERMITS,
    idleLimit: idleLimit || Infinity,
  };
}
