import { Channel, type CloseReason } from "../../../mod.ts";
import type { Transport, TransportEvent } from "../../transport/public.ts";
import { asUsageError, check } from "../library_errors.ts";
import { pause } from "../pause.ts";
import type { Report } from "../report.ts";
import type { ClientSettings } from "../settings.ts";
import {
  connectionOptions,
  connectionReporter,
  isDialFailure,
} from "./connection.ts";

/** A channel that says when it connects, and does so again only if asked to. */
export class ReportedChannel implements AsyncDisposable {
  /** The channel to call through. */
  readonly channel: Channel;
  readonly #settings: ClientSettings;
  readonly #report: Report;
  readonly #stop: AbortSignal;
  #usable: Transport | undefined;
  #last: Transport | undefined;
  #attempts = 0;

  /** Connects to nothing yet. */
  constructor(settings: ClientSettings, report: Report, stop: AbortSignal) {
    this.#settings = settings;
    this.#report = report;
    this.#stop = stop;
    const tell = connectionReporter(report);
    const options = connectionOptions(settings);
    this.channel = check("client", () =>
      new Channel(settings.target, {
        ...options,
        idleTimeout: Infinity,
        onEvent: (event, transport) => {
          this.#follow(event, transport);
          tell(event, transport);
        },
      }));
  }

  /** Whether there is a connection that takes calls. */
  get isUsable(): boolean {
    return this.#usable !== undefined;
  }

  /**
   * Connects if there is no usable connection. Resolves to whether there is
   * one: not once the tool is to stop, and after the first only with
   * `--reconnect`.
   */
  async connect(): Promise<boolean> {
    const { reconnect } = this.#settings;
    while (!this.#stop.aborted && !this.isUsable) {
      if (this.#attempts > 0 && !reconnect) return false;
      if (this.#attempts > 0) await this.rest();
      if (!this.#stop.aborted) await this.#attempt();
    }
    return !this.#stop.aborted;
  }

  /** Waits for the end of the last connection, and ends it on a stop. */
  async ended(): Promise<CloseReason | undefined> {
    const close = () => void this.channel.close();
    this.#stop.addEventListener("abort", close);
    if (this.#stop.aborted) close();
    this.#last?.ref();
    const reason = await this.#last?.closed;
    this.#stop.removeEventListener("abort", close);
    return reason;
  }

  /** Waits as long as `--reconnect-pause` says. */
  async rest(): Promise<void> {
    const { reconnectPause } = this.#settings;
    this.#report.tool({ type: "reconnecting", pause: reconnectPause });
    await pause(reconnectPause, this.#stop);
  }

  /** Closes the channel. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.channel.close();
  }

  async #attempt(): Promise<void> {
    this.#attempts++;
    const { target } = this.#settings;
    this.#report.tool({ type: "connecting", target });
    const giveUp = () => void this.channel.close();
    this.#stop.addEventListener("abort", giveUp);
    try {
      this.channel.resetBackoff();
      await this.channel.connect();
    } catch (error) {
      if (this.#stop.aborted) return;
      if (!isDialFailure(error)) throw asUsageError("client", error);
      this.#report.tool({ type: "dial-failed", message: error.message });
      this.channel.enterIdle();
    } finally {
      this.#stop.removeEventListener("abort", giveUp);
    }
  }

  #follow({ type }: TransportEvent, transport: Transport): void {
    if (type === "established") this.#usable = this.#last = transport;
    const isOver = type === "draining" || type === "closed";
    if (isOver && this.#usable === transport) this.#usable = undefined;
  }
}
