import { untracedSubchannel } from "./untraced.ts";
import { CLOCK, type VirtualClock } from "../../harness/virtual_clock.ts";
import {
  encodeHeaders,
  encodeSettings,
  encodeSettingsAck,
} from "../../../src/frames/mod.ts";
import type {
  Transport,
  TransportWatcher,
} from "../../../src/transport/mod.ts";
import type { SubchannelTracer } from "../../../src/client/connections/channel_tracer.ts";
import { resolveBackoff } from "../../../src/client/connections/backoff.ts";
import { ReconnectThrottle } from "../../../src/client/connections/reconnect_throttle.ts";
import { sleepWatchOf } from "../../../src/client/connections/sleep_watch.ts";
import {
  Subchannel,
  type SubchannelOwner,
} from "../../../src/client/connections/subchannel.ts";
import type {
  SubchannelParts,
  SubchannelSetup,
} from "../../../src/client/connections/subchannel_state.ts";
import { FIELDS } from "../../harness/scripted_peer.ts";
import { consumer } from "../../transport/support/consumer.ts";
import { VirtualTransport } from "../../transport/support/virtual_transport.ts";

export {
  CLOCK,
  inVirtualTime as virtually,
} from "../../harness/virtual_clock.ts";

/** MAX_CONCURRENT_STREAMS (RFC 9113 section 6.5.2). */
export const ONE_STREAM: [number, number] = [3, 1];

/** A field block with `:status: 200` alone. */
const STATUS_200 = Uint8Array.of(0x88);

/** Lets time pass, and what is due be done before and after. */
export async function wait(
  time: VirtualClock,
  milliseconds = 0,
): Promise<void> {
  await time.advance(milliseconds);
  await time.settle();
}

/** An established connection whose peer is the test. */
export class Connection extends VirtualTransport {
  #streams = 0;

  /** A call begins; answers with the identifier of its stream. */
  call(): number {
    this.transport.openStream(FIELDS, true, consumer());
    return 2 * this.#streams++ + 1;
  }

  /** The server answers a call. */
  answer(streamId: number): void {
    this.socket.say((writer) =>
      encodeHeaders(writer, streamId, STATUS_200, true, true)
    );
  }

  /** Whether it is open, draining or closed. */
  get kind(): string {
    return this.transport.state.kind;
  }
}

/** An attempt to connect, whose outcome the test decides. */
export class DialAttempt {
  readonly address: string;
  readonly at: number = CLOCK.now();
  readonly timeout: number;
  readonly signal: AbortSignal;
  readonly #watcher: TransportWatcher<Transport>;
  readonly #outcome = Promise.withResolvers<Transport>();

  constructor(
    address: string,
    options: Parameters<SubchannelParts["dialer"]["dial"]>[1],
  ) {
    this.address = address;
    this.timeout = options.timeout;
    this.signal = options.signal;
    this.#watcher = options.watcher;
  }

  get outcome(): Promise<Transport> {
    return this.#outcome.promise;
  }

  /** A connection is made; its server allows so much. */
  async succeed(
    time: VirtualClock,
    ...settings: [number, number][]
  ): Promise<Connection> {
    const connection = new Connection({ client: {} }, {
      onEvent: (event, transport) => this.#watcher.onEvent(event, transport),
    });
    connection.socket.say((writer) => {
      encodeSettings(writer, settings);
      encodeSettingsAck(writer);
    });
    await connection.transport.established;
    this.#outcome.resolve(connection.transport);
    await time.settle();
    return connection;
  }

  /** No connection can be made. */
  async fail(time: VirtualClock, message = "refused"): Promise<void> {
    this.#outcome.reject(new Error(message));
    await time.settle();
  }
}

/** All attempts to connect, and subchannels that make them. */
export class Dials {
  readonly attempts: DialAttempt[] = [];
  /** How often a backoff was drawn. */
  draws = 0;
  readonly #throttles = new Map<string, ReconnectThrottle>();

  /** `address at` of each attempt. */
  get log(): string[] {
    return this.attempts.map(({ address, at }) => `${address} ${at}`);
  }

  /** When each attempt began. */
  get times(): number[] {
    return this.attempts.map(({ at }) => at);
  }

  /** The last attempt, for an address if one is named. */
  last(address?: string): DialAttempt {
    const found = this.attempts.findLast((each) =>
      address === undefined || each.address === address
    );
    if (found === undefined) throw new Error(`No attempt at ${address}`);
    return found;
  }

  /** The throttle of an address, without jitter; what it draws is the middle. */
  throttle(address: string, spread: number = 0): ReconnectThrottle {
    const options = resolveBackoff({ jitter: 0 });
    const known = this.#throttles.get(address) ??
      new ReconnectThrottle(options, () => 0.5, spread);
    this.#throttles.set(address, known);
    return known;
  }

  dial(
    address: string,
    options: Parameters<SubchannelParts["dialer"]["dial"]>[1],
  ): Promise<Transport> {
    const attempt = new DialAttempt(address, options);
    this.attempts.push(attempt);
    return attempt.outcome;
  }

  onEvent(): void {}

  onFinished(): void {}

  /** A subchannel; without options, backoff is that of gRPC without jitter. */
  subchannel(
    address: string,
    owner: SubchannelOwner,
    options:
      & Partial<SubchannelSetup>
      & { initialBackoff?: number; tracer?: SubchannelTracer } = {},
  ): Subchannel {
    const {
      initialBackoff,
      tracer = untracedSubchannel(address),
      ...setup
    } = options;
    const backoff = resolveBackoff({ jitter: 0, initialBackoff });
    return new Subchannel(
      address,
      {
        setup: {
          clock: CLOCK,
          sleep: sleepWatchOf(CLOCK),
          suspicionTimeout: 10_000,
          verify: "off",
          verifyAfter: Infinity,
          minConnectTimeout: 20_000,
          backoff,
          random: () => {
            this.draws++;
            return 0.5;
          },
          ...setup,
        },
        dialer: this,
        throttles: {
          known: (address) => this.throttle(address),
          of: (address) => this.throttle(address),
        },
      },
      tracer,
      owner,
    );
  }
}
