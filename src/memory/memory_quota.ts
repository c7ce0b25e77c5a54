import { ConnectionMemory } from "./connection_memory.ts";
import {
  type MemoryLimits,
  type MemoryQuotaOptions,
  resolveMemoryQuota,
} from "./limits.ts";
import { TotalMemory } from "./total_memory.ts";

/**
 * What all connections of a server or a channel hold together, and may hold. As
 * an option its limits do; it is made for those that share one.
 *
 * @example A server and a channel that share a quota
 * ```ts
 * import { Channel, MemoryQuota, serve } from "@keepalive/grpc";
 *
 * const memoryQuota = new MemoryQuota({ total: 64 * 1_048_576 });
 * const local = { hostname: "127.0.0.1", port: 0 };
 * await using server = serve({ ...local, memoryQuota }, []);
 * await using channel = new Channel("127.0.0.1:50051", { memoryQuota });
 * console.log(memoryQuota.used); // 0
 * ```
 */
export class MemoryQuota {
  /** The limits in force. */
  readonly limits: MemoryLimits;
  /** Made with the first account: idle connections have none. */
  #total: TotalMemory | undefined;
  #onQuiet: (() => void) | undefined;

  /**
   * Starts with nothing held.
   *
   * @throws {TypeError} If an option is unknown.
   * @throws {RangeError} If the value of an option is not allowed.
   */
  constructor(options?: MemoryQuotaOptions) {
    this.limits = resolveMemoryQuota(options);
  }

  /**
   * A quota as it is, or one with these options.
   *
   * @throws {TypeError} If an option is unknown.
   * @throws {RangeError} If the value of an option is not allowed.
   */
  static of(quota: MemoryQuotaOptions | MemoryQuota | undefined): MemoryQuota {
    return quota instanceof MemoryQuota ? quota : new MemoryQuota(quota);
  }

  /** Octets that connections hold above their shares. */
  get used(): number {
    return this.#total?.used ?? 0;
  }

  /** Octets that were reserved, are in hand, or wait to be sent. */
  get pinned(): number {
    return this.#total?.pinned ?? 0;
  }

  /** Is called when most of much that was held, or the rest, was given back. */
  get onQuiet(): (() => void) | undefined {
    return this.#onQuiet;
  }

  set onQuiet(onQuiet: (() => void) | undefined) {
    this.#onQuiet = onQuiet;
    if (this.#total !== undefined) this.#total.onQuiet = onQuiet;
  }

  /** Takes the account of a new connection. */
  connect(): ConnectionMemory {
    return new ConnectionMemory(this.#total ??= this.#begin());
  }

  #begin(): TotalMemory {
    const total = new TotalMemory(this.limits);
    total.onQuiet = this.#onQuiet;
    return total;
  }
}
