import { Health, serve, type ServeOptions } from "../../../mod.ts";
import { probe, type ProbeReport } from "../../../src/doctor/probe/mod.ts";
import type { ProbeOptions } from "../../../src/doctor/probe/mod.ts";
import { VirtualClock } from "../../harness/virtual_clock.ts";
import { VirtualNetwork } from "../../harness/virtual_network.ts";
import { type FrameHandler, FrameServer } from "./frame_server.ts";

/** A clock and a network in memory, and where servers of them listen. */
export class Scene {
  readonly clock = new VirtualClock();
  readonly network = new VirtualNetwork(this.clock);
  readonly target = "10.0.0.1:50051";

  /** A server of this library that has the health service. */
  serve(options: Partial<ServeOptions> = {}, hasHealth = true) {
    return serve({
      ...options,
      hostname: "10.0.0.1",
      port: 50_051,
      clock: this.clock,
      network: this.network,
    }, hasHealth ? [new Health().service] : []);
  }

  /** A server that says what a test scripts. */
  script(make: () => FrameHandler): FrameServer {
    return new FrameServer(this.network, make);
  }

  /** Probes it; time passes until that is done. */
  async probe(options: ProbeOptions = {}): Promise<ProbeReport> {
    const { clock, network } = this;
    return await this.until(probe(this.target, { ...options, clock, network }));
  }

  /** Lets time pass until a promise has settled. */
  async until<Value>(work: Promise<Value>): Promise<Value> {
    let isDone = false;
    const over = () => isDone = true;
    work.then(over, over);
    await this.clock.settle();
    while (!isDone) {
      if (this.clock.nextAt === Infinity) throw new Error("Nothing is to come");
      await this.clock.advance(this.clock.nextAt - this.clock.now());
    }
    return await work;
  }
}

/** The finding of a report with an id. */
export function findingOf({ findings }: ProbeReport, id: string) {
  const found = findings.find((finding) => finding.id === id);
  if (found !== undefined) return found;
  throw new Error(`No ${id} among ${JSON.stringify(findings, null, 1)}`);
}
