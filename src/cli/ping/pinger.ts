import {
  type Channel,
  type ChannelOptions,
  explain,
  GrpcError,
  HealthDefinition,
  statusName,
} from "../../../mod.ts";
import {
  ConnectionClosedError,
  type Transport,
} from "../../transport/public.ts";
import { channelTo, startError } from "../endpoint/mod.ts";
import { StartError } from "../usage_error.ts";
import type { PingSettings } from "./settings.ts";

/** What came of a PING and of the call before it. */
export type Pinged =
  | {
    readonly kind: "answered";
    readonly peer: string;
    /** Milliseconds. */
    readonly rtt: number;
    readonly call?: { readonly ms: number; readonly status: string };
  }
  | { readonly kind: "lost"; readonly why: string };

/** Sends PINGs on the connection of a channel, which is replaced when it ends. */
export class Pinger implements AsyncDisposable {
  readonly #settings: PingSettings;
  readonly #channel: Channel;
  readonly #stop: AbortSignal;
  #transport: Transport | undefined;

  /** Connects to nothing yet. */
  constructor(settings: PingSettings, stop: AbortSignal) {
    this.#settings = settings;
    this.#stop = stop;
    this.#channel = channelTo(settings.endpoint, this.#options());
  }

  #options(): ChannelOptions {
    return {
      idleTimeout: Infinity,
      verify: "off",
      onEvent: ({ type }, transport) => {
        if (type === "established") this.#transport = transport;
        const isOver = type === "draining" || type === "closed";
        if (isOver && this.#transport === transport) {
          this.#transport = undefined;
        }
      },
    };
  }

  /** One PING, and the call before it. */
  async ping(): Promise<Pinged> {
    try {
      if (this.#transport === undefined) {
        this.#channel.resetBackoff();
        await this.#within(this.#channel.connect());
      }
      const call = this.#settings.call ? await this.#call() : undefined;
      const transport = this.#transport;
      if (transport === undefined) return lost("the connection has ended");
      const rtt = await this.#within(transport.ping());
      return { kind: "answered", peer: transport.peer, rtt, call };
    } catch (error) {
      return lost(whyOf(error));
    }
  }

  /** Any status is an answer, unless it was made at this end. */
  async #call(): Promise<{ ms: number; status: string }> {
    const begun = performance.now();
    const { timeout: deadline } = this.#settings;
    let code = 0;
    try {
      const { check } = HealthDefinition;
      await this.#channel.unary(check, { service: "" }, {
        deadline,
        signal: this.#stop,
      });
    } catch (error) {
      const isAnswer = error instanceof GrpcError && error.cause === undefined;
      if (!isAnswer) throw error;
      code = error.code;
    }
    return { ms: performance.now() - begun, status: statusName(code) };
  }

  async #within<T>(answer: Promise<T>): Promise<T> {
    const { timeout } = this.#settings;
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => reject(new StartError(`no answer within ${timeout} ms`)),
      timeout,
    );
    const onStop = () => reject(new StartError("interrupted"));
    this.#stop.addEventListener("abort", onStop);
    answer.catch(() => {});
    try {
      return await Promise.race([answer, promise]);
    } finally {
      clearTimeout(timer);
      this.#stop.removeEventListener("abort", onStop);
    }
  }

  /** Closes the connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#channel.close();
  }
}

function lost(why: string): Pinged {
  return { kind: "lost", why };
}

function whyOf(error: unknown): string {
  if (error instanceof ConnectionClosedError) return explain(error.reason);
  const told = error instanceof GrpcError ? error : startError(error);
  const isExpected = told instanceof GrpcError || told instanceof StartError;
  if (!isExpected) throw told;
  return told.message.split("\n")[0];
}
