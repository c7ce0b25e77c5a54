import type { LinkSetup } from "../link.ts";
import { Kicks } from "./kicks.ts";
import { measureRule } from "./measure_rule.ts";
import type { RulePlan } from "./rule_plan.ts";
import { type EnforcementResult, permitOf, type RuleResult } from "./result.ts";

/** What is to be found out about both rules of a server. */
export type EnforcementPlan = Omit<RulePlan, "kicks">;

/** What has been found so far; it is added to. */
export interface EnforcementSoFar {
  /** See {@linkcode EnforcementResult}. */
  withStream?: RuleResult;
  /** See {@linkcode EnforcementResult}. */
  withoutStream?: RuleResult;
  /** The connections that were closed for it. */
  readonly kicks: readonly [withStream: Kicks, withoutStream: Kicks];
}

/** Nothing has been found yet. */
export function nothingSoFar(): EnforcementSoFar {
  return { kicks: [new Kicks(), new Kicks()] };
}

/**
 * Finds out what a server takes for too many PINGs, with a stream and without,
 * both at the same time.
 *
 * @param found Is given what is found, as soon as it is.
 */
export async function measureEnforcement(
  setup: LinkSetup,
  { idle, gaps, origin }: EnforcementPlan,
  found: EnforcementSoFar,
): Promise<void> {
  const [kicks, kicksWithout] = found.kicks;
  const withStream = async () => {
    if (idle === undefined) return;
    found.withStream = await measureRule(setup, {
      idle,
      gaps,
      origin,
      kicks,
    });
  };
  const withoutStream = async () => {
    found.withoutStream = await measureRule(setup, {
      idle: undefined,
      gaps,
      origin,
      kicks: kicksWithout,
    });
  };
  await Promise.all([withStream(), withoutStream()]);
}

/** The result of what was found, also if the probe was interrupted. */
export function resultOf(found: EnforcementSoFar): EnforcementResult {
  const { withStream, kicks: [one, other] } = found;
  const { withoutStream = { kind: "unknown", why: "it was interrupted" } } =
    found;
  return {
    withStream,
    withoutStream,
    permitWithoutStream: permitOf(withStream, withoutStream),
    kicks: one.count + other.count,
  };
}
