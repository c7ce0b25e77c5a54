import type { VirtualClock } from "../../harness/virtual_clock.ts";
import type { Subchannel } from "../../../src/client/connections/subchannel.ts";
import { Dials, virtually } from "./dials.ts";

/** A subchannel over scripted attempts to connect, and what it told. */
export class Followed {
  readonly dials: Dials = new Dials();
  readonly states: string[] = [];
  losses = 0;
  rooms = 0;
  readonly subchannel: Subchannel;

  constructor(options: Parameters<Dials["subchannel"]>[2]) {
    this.subchannel = this.dials.subchannel("a.test:1", {
      onState: ({ state }) => this.states.push(state.kind),
      onLoss: () => this.losses++,
      onRoom: () => this.rooms++,
    }, options);
  }
}

/** Declares a test of a subchannel in virtual time. */
export function followed(
  name: string,
  body: (subject: Followed, time: VirtualClock) => Promise<void>,
  options?: Parameters<Dials["subchannel"]>[2],
): void {
  Deno.test(name, virtually((time) => body(new Followed(options), time)));
}
