import { DialError } from "../../../transport/mod.ts";
import type { LinkSetup } from "../link.ts";
import { calibrate, type Calibration } from "./calibrate.ts";
import { descend } from "./descend.ts";
import { LostLinkError } from "./lost_link_error.ts";
import { RuleLink } from "./primed_link.ts";
import type { RulePlan } from "./rule_plan.ts";
import { bracketOf, type RuleResult } from "./result.ts";

/**
 * Finds out how often a server lets a client send PINGs, with a stream or
 * without.
 *
 * One connection shows how many quick PINGs in a row are one too many. Others
 * are brought to just before that, so that one more early PING ends them. Each
 * of those waits for a silence of its own, all end at the same time, and then
 * their PINGs go out one after the other, that after the longest silence first:
 * the first that ends its connection tells, and the rest are not sent. So all
 * of it takes as long as the longest silence, and costs two connections.
 */
export async function measureRule(
  setup: LinkSetup,
  plan: RulePlan,
): Promise<RuleResult> {
  try {
    const { calibration, openedIn } = await calibrateOnce(setup, plan);
    if (calibration.kind !== "kicked") return without(calibration);
    const known = { ...calibration, openedIn };
    const { samples, doubt } = await descend(setup, plan, known);
    if (doubt !== undefined) return unknown(doubt);
    if (samples.every(({ outcome }) => outcome === "lost")) {
      return unknown(samples.at(0)?.why ?? "nothing was tried");
    }
    const bracket = bracketOf(samples, plan.origin);
    return {
      kind: "enforced",
      kickedBy: calibration.pings,
      ...bracket,
      samples,
    };
  } catch (error) {
    setup.signal.throwIfAborted();
    if (error instanceof LostLinkError || error instanceof DialError) {
      return unknown(error.message);
    }
    throw error;
  }
}

async function calibrateOnce(
  setup: LinkSetup,
  { idle, kicks }: RulePlan,
): Promise<{ calibration: Calibration; openedIn: number }> {
  const begun = setup.clock.now();
  await using own = await RuleLink.open(setup, idle);
  const openedIn = setup.clock.now() - begun;
  const calibration = await calibrate(own.link);
  if (calibration.kind === "kicked") kicks.note();
  return { calibration, openedIn };
}

function without(
  calibration: Exclude<Calibration, { kind: "kicked" }>,
): RuleResult {
  return calibration.kind === "none" ? calibration : unknown(calibration.why);
}

function unknown(why: string): RuleResult {
  return { kind: "unknown", why };
}
