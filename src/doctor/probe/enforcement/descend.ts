import { onAbort } from "../../../runtime/mod.ts";
import { DialError } from "../../../transport/mod.ts";
import type { LinkSetup } from "../link.ts";
import { rest } from "../rest.ts";
import { calibrate } from "./calibrate.ts";
import { LostLinkError } from "./lost_link_error.ts";
import { PingGate } from "./ping_gate.ts";
import { RuleLink } from "./primed_link.ts";
import type { GapSample } from "./result.ts";
import type { RulePlan } from "./rule_plan.ts";

/** Milliseconds that connections are begun early, as they may be slow. */
const SPARE = 300;

/**
 * Milliseconds between two PINGs that tell, beside three round trips: for the
 * answer to the first, and for what may follow that.
 */
const STEP = 60;

/** What is known of a server that counts PINGs. */
export interface Known {
  /** How many quick PINGs are one too many. */
  readonly pings: number;
  /** Milliseconds between them. */
  readonly pace: number;
  /** Milliseconds that it took to connect, and to open the stream. */
  readonly openedIn: number;
}

/** What came of the silences that were tried. */
export interface Descent {
  /** The samples, that after the longest silence first. */
  readonly samples: readonly GapSample[];
  /** Why they cannot be believed, if they cannot. */
  readonly doubt?: string;
}

/** Tries silences, the longest first, until one is too short. */
export async function descend(
  setup: LinkSetup,
  plan: RulePlan,
  known: Known,
): Promise<Descent> {
  const enough = new AbortController();
  using _outer = onAbort(setup.signal, () => enough.abort(setup.signal.reason));
  const run = new Run({ ...setup, signal: enough.signal }, plan, known);
  try {
    return await run.all(() =>
      enough.abort(new LostLinkError("enough", false))
    );
  } finally {
    await run[Symbol.asyncDispose]();
  }
}

/** What one silence comes to: whether the next shorter one is to be tried. */
type GoOn = boolean;

class Run implements AsyncDisposable {
  readonly #setup: LinkSetup;
  readonly #plan: RulePlan;
  readonly #pings: number;
  readonly #opening: number;
  readonly #priming: number;
  readonly #beginsAt: number;
  readonly #step: number;
  readonly #gate = new PingGate();
  readonly #links: RuleLink[] = [];
  readonly #samples: GapSample[] = [];
  #doubt: string | undefined;

  constructor(
    setup: LinkSetup,
    plan: RulePlan,
    { pings, pace, openedIn }: Known,
  ) {
    this.#setup = setup;
    this.#plan = plan;
    this.#pings = pings;
    this.#opening = 1.25 * openedIn + SPARE;
    this.#priming = Math.max(0, pings - 2) * pace;
    this.#step = STEP + 3 * pace;
    this.#beginsAt = setup.clock.now();
  }

  /** Tries all silences; `stop` gives up the connections that still wait. */
  async all(stop: () => void): Promise<Descent> {
    const { gaps } = this.#plan;
    let turn: Promise<GoOn> = Promise.resolve(true);
    const tries = gaps.map((gap, index) => {
      const next = this.#try(gap, index, turn);
      turn = next;
      return next.then((goOn) => {
        if (!goOn) stop();
      });
    });
    const outcomes = await Promise.allSettled(tries);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") throw outcome.reason;
    }
    const isStruck = this.#samples.some(({ outcome }) => outcome === "struck");
    if (!isStruck && this.#plan.kicks.isLeft) await this.#verify();
    return {
      samples: this.#samples,
      ...(this.#doubt === undefined ? {} : { doubt: this.#doubt }),
    };
  }

  /** Tries one silence, when the longer ones have been. */
  async #try(
    gap: number,
    index: number,
    turn: Promise<GoOn>,
  ): Promise<GoOn> {
    try {
      const own = await this.#primed(gap, index);
      await own.silence(gap, this.#plan.origin);
      if (!await turn) return false;
      return this.#judge(await own.sample(this.#gate));
    } catch (error) {
      return await this.#lose(error, gap, turn);
    }
  }

  /**
   * A connection that becomes primed just in time for its silence. If that is
   * measured from the last PING, it is made early, as the time that this takes
   * varies most.
   */
  async #primed(gap: number, index: number): Promise<RuleLink> {
    const { gaps: [longest], idle, origin } = this.#plan;
    const firstAt = this.#beginsAt + this.#opening + this.#priming + longest;
    const beginsAt = firstAt + index * this.#step - gap;
    const primeAt = beginsAt - this.#priming;
    const isEarly = origin === "last-ping";
    await this.#restUntil(isEarly ? primeAt - this.#opening : beginsAt);
    const own = await RuleLink.open(this.#setup, idle);
    this.#links.push(own);
    if (isEarly) await this.#restUntil(primeAt);
    await own.prime(this.#pings - 1, this.#gate);
    return own;
  }

  async #restUntil(at: number): Promise<void> {
    const { clock, signal } = this.#setup;
    const left = at - clock.now();
    if (left > 0) await rest(clock, left, signal);
  }

  #judge(sample: GapSample): GoOn {
    this.#samples.push(sample);
    if (sample.outcome !== "struck") return true;
    this.#plan.kicks.note();
    return false;
  }

  /** A connection that is lost tells nothing, unless it was closed for it. */
  async #lose(error: unknown, gap: number, turn: Promise<GoOn>): Promise<GoOn> {
    const isExpected = error instanceof LostLinkError ||
      error instanceof DialError;
    if (!isExpected) throw error;
    if (error instanceof LostLinkError && error.isKick) {
      this.#plan.kicks.note();
      this.#doubt ??= error.message;
      return false;
    }
    if (!await turn) return false;
    const why = error.message;
    const times = { gap, sinceBegin: gap, sinceOpen: gap };
    this.#samples.push({ ...times, outcome: "lost", why });
    return true;
  }

  /**
   * No silence was too short: that is not believed of a server that bears a
   * different number of PINGs each time, so the first finding is repeated.
   */
  async #verify(): Promise<void> {
    const own = await RuleLink.open(this.#setup, this.#plan.idle);
    this.#links.push(own);
    const again = await calibrate(own.link);
    if (again.kind === "kicked") this.#plan.kicks.note();
    if (again.kind === "kicked" && again.pings === this.#pings) return;
    this.#doubt ??= "it bears a different number of PINGs each time";
  }

  /** Closes all connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#links.map((own) => own[Symbol.asyncDispose]()));
  }
}
