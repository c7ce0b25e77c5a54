import { type HeaderField, listSize } from "../../hpack/mod.ts";
import {
  type CallMemory,
  type ConnectionMemory,
  MemoryQuota,
  type Refusable,
} from "../../memory/mod.ts";
import type { UnfoldingMemory } from "./compression.ts";
import { GrpcError } from "../grpc_error.ts";
import { Status } from "../status.ts";

/**
 * Octets of a header list from which on it is counted: less is little beside
 * what its call takes.
 */
const NOTABLE_LIST = 1_024;

/** The same for messages: to count each of 1 KiB costs a tenth of its time. */
export const NOTABLE = 2_048;

/** What so many octets of one call count. */
export function notable(octets: number): number {
  return octets >= NOTABLE ? octets : 0;
}

/** For calls on what is no connection. */
const UNLIMITED = new MemoryQuota({ connection: Infinity, total: Infinity });

/** A call that has an account. */
export interface ChargedCall {
  /** There is no room for it: it ends with RESOURCE_EXHAUSTED, for others to go on. */
  refuse(error: GrpcError): void;
}

/** What a call holds, in the terms of gRPC. */
export class CallLedger implements UnfoldingMemory, Refusable {
  /** What it holds. */
  readonly memory: CallMemory;
  readonly #call: ChargedCall;
  #refusal: GrpcError | undefined;

  /**
   * Opens the account of a call.
   *
   * @param connection What its connection holds.
   */
  constructor(
    connection: ConnectionMemory = UNLIMITED.connect(),
    call: ChargedCall,
  ) {
    this.#call = call;
    this.memory = connection.open(this);
    this.memory.isReceiving = true;
  }

  refused(reason: string): void {
    this.#refusal = new GrpcError(Status.RESOURCE_EXHAUSTED, reason);
    this.#call.refuse(this.#refusal);
    this.memory.drop();
  }

  /** Counts a header list of so many octets, which the call keeps. */
  keepFields(octets: number): void {
    if (octets >= NOTABLE_LIST) this.memory.base = octets;
  }

  /** A message of so many octets is sent, and waits behind others. */
  sends(octets: number): void {
    if (octets >= NOTABLE) this.memory.queued += octets;
  }

  /** So many octets still wait; small changes of a number are not counted. */
  waits(octets: number): void {
    const change = notable(Math.abs(octets - this.memory.queued));
    if (change > 0 || octets < NOTABLE) this.memory.queued = notable(octets);
  }

  /** Waits until there is room for so many octets in addition. */
  reserve(octets: number): Promise<void> | undefined {
    return this.#want(octets);
  }

  /** Waits until a handler may begin, if the client takes no responses. */
  begin(): Promise<void> | undefined {
    return this.memory.isCrowded ? this.#want(0) : undefined;
  }

  #want(octets: number): Promise<void> | undefined {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const isGranted = this.memory.want(octets, (isGranted) => {
      if (isGranted) resolve();
      else reject(this.#refusal ?? ended());
    });
    return isGranted ? undefined : promise;
  }
}

/** Whether there is room to keep the header list of a new call. */
export function canKeepFields(
  connection: ConnectionMemory,
  fields: readonly HeaderField[],
): boolean {
  const octets = listSize(fields);
  return octets < NOTABLE_LIST || connection.admitsList(octets);
}

function ended(): GrpcError {
  return new GrpcError(Status.CANCELLED, "the call has ended");
}
