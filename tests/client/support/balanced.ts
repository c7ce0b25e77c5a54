import type { VirtualClock } from "../../harness/virtual_clock.ts";
import type {
  Balancer,
  BalancerOwner,
} from "../../../src/client/balancing/balancer.ts";
import { CLOCK, type Connection, Dials, virtually } from "./dials.ts";

/** A balancer over scripted attempts to connect, and what it told. */
export class Balanced {
  readonly dials: Dials = new Dials();
  /** Each state, when it is another than before. */
  readonly states: string[] = [];
  /** The message of each error that came with a state. */
  readonly errors: string[] = [];
  losses = 0;
  rooms = 0;
  /** Whether somebody waits for a connection. */
  isAwaited = true;
  /** Whether one of those is a call. */
  isCallWaiting = false;
  readonly balancer: Balancer;
  readonly #time: VirtualClock;

  constructor(
    time: VirtualClock,
    Policy: new (owner: BalancerOwner) => Balancer,
    addresses: readonly string[],
  ) {
    this.#time = time;
    this.balancer = new Policy({
      onState: (_balancer, state, _reason, error) => {
        if (this.states.at(-1) !== state) this.states.push(state);
        if (error !== undefined) this.errors.push(error.message);
      },
      onLoss: () => this.losses++,
      onRoom: () => this.rooms++,
      clock: CLOCK,
      isConnectionWanted: () => this.isAwaited,
      isCallWaiting: () => this.isCallWaiting,
      subchannel: (address, owner) => this.dials.subchannel(address, owner),
    });
    this.balancer.update(addresses);
  }

  /** The last attempt at an address succeeds. */
  succeed(
    address: string,
    ...settings: [number, number][]
  ): Promise<Connection> {
    return this.dials.last(address).succeed(this.#time, ...settings);
  }

  /** The last attempt at an address fails. */
  async fail(address: string, message = `${address} refused`): Promise<void> {
    await this.dials.last(address).fail(this.#time, message);
  }
}

/** Declares tests of a policy over some addresses, in virtual time. */
export function testsOf(
  Policy: new (owner: BalancerOwner) => Balancer,
): (
  name: string,
  addresses: readonly string[],
  body: (balanced: Balanced, time: VirtualClock) => Promise<void>,
) => void {
  return (name, addresses, body) =>
    Deno.test(
      name,
      virtually((time) => body(new Balanced(time, Policy, addresses), time)),
    );
}
