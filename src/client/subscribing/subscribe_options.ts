import { CALL_KEYS, type CallOptions, Status } from "../../grpc/mod.ts";
import {
  booleanOption,
  refusal,
  requireFunction,
  requireOptionKeys,
} from "../../options/mod.ts";
import { type BackoffOptions, resolveBackoff } from "../connections/mod.ts";

/**
 * Options of `subscribe`: those of each of its calls, and its own. An unknown
 * key or a wrong type is a `TypeError`, a value that is not allowed a
 * `RangeError`; both come before anything is sent.
 */
export interface SubscribeOptions<Request, Response>
  extends Omit<CallOptions, "onDraining"> {
  /**
   * Makes the request of the next stream from the last item that was delivered,
   * so that the server goes on behind it. Before the first item, and without
   * this function, it is the request that was given. What it throws ends the
   * subscription.
   */
  resume?: (last: Response) => Request;
  /**
   * The times between streams, as between attempts to connect. The first
   * attempt after a stream that was healthy comes within `initialBackoff`, at
   * random; those after it wait as long as the backoff says. A stream is healthy
   * with its first item, or after 10 s.
   */
  backoff?: BackoffOptions;
  /**
   * The status codes after which another stream begins, with `Status.OK` for a
   * server that ends its streams from time to time. All others end the
   * subscription: OK as an iteration ends, errors by being thrown.
   *
   * @default {[Status.UNAVAILABLE, Status.ABORTED]}
   */
  retryOn?: readonly number[];
  /**
   * Whether the next stream is opened as soon as the connection of the present
   * one is retired, and not when the stream has ended. From then on nothing of
   * the present one is delivered, unless the next one comes to nothing.
   *
   * @default {true with `resume`, and false without}
   */
  overlap?: boolean;
  /**
   * Is called when a stream has ended and another will begin. What it throws is
   * an uncaught error of the process, and disturbs nothing.
   */
  onInterruption?: (
    interruption: {
      /** How it ended; `undefined` if the server ended it with OK. */
      readonly reason: Error | undefined;
      /**
       * The number of the next attempt: 1 after a stream that was healthy, one
       * more after each that was not.
       */
      readonly attempt: number;
      /** Milliseconds until it begins; then it waits for a connection. */
      readonly delay: number;
    },
  ) => void;
  /**
   * Milliseconds from the first `next` until the subscription must have ended,
   * or a `Date`; it fails with DEADLINE_EXCEEDED then. The streams have none.
   *
   * @default {Infinity}
   */
  deadline?: number | Date;
  /** Cancels the subscription, which fails with CANCELLED. */
  signal?: AbortSignal;
  /**
   * Whether streams wait for a connection while attempts to make one fail. If
   * not, such a failure is an interruption with UNAVAILABLE.
   *
   * @default {true}
   */
  waitForReady?: boolean;
}

const OWN_KEYS = ["resume", "backoff", "retryOn", "overlap", "onInterruption"];

const SUBSCRIBE_KEYS: readonly string[] = [
  ...CALL_KEYS.filter((key) => key !== "onDraining"),
  ...OWN_KEYS,
];

/** Where the next attempt may help, without another request. */
const RETRY_ON: readonly number[] = [Status.UNAVAILABLE, Status.ABORTED];

/** Options of a subscription, checked, with every default filled in. */
export interface SubscriptionParameters<Request, Response> {
  /** See {@linkcode SubscribeOptions.resume}. */
  readonly resume: ((last: Response) => Request) | undefined;
  /** See {@linkcode SubscribeOptions.backoff}. */
  readonly backoff: Required<BackoffOptions>;
  /** See {@linkcode SubscribeOptions.retryOn}. */
  readonly retryOn: ReadonlySet<number>;
  /** See {@linkcode SubscribeOptions.overlap}. */
  readonly overlap: boolean;
  /** See {@linkcode SubscribeOptions.onInterruption}. */
  readonly onInterruption: SubscribeOptions<
    Request,
    Response
  >["onInterruption"];
  /** See {@linkcode SubscribeOptions.deadline}. */
  readonly deadline: number | Date | undefined;
  /** See {@linkcode SubscribeOptions.signal}. */
  readonly signal: AbortSignal | undefined;
  /** The options of each call. */
  readonly call: CallOptions;
}

/**
 * Checks the options, as far as they are not those of a call, and fills in the
 * defaults.
 *
 * @throws {TypeError} If a key is unknown, or a value of a wrong type.
 * @throws {RangeError} If a value is not allowed.
 */
export function subscriptionParameters<Request, Response>(
  options: SubscribeOptions<Request, Response>,
): SubscriptionParameters<Request, Response> {
  requireOptionKeys("the subscribe options", options, SUBSCRIBE_KEYS);
  const {
    resume,
    backoff,
    retryOn = RETRY_ON,
    overlap,
    onInterruption,
    deadline,
    signal,
    ...call
  } = options;
  requireFunction("resume", resume);
  requireFunction("onInterruption", onInterruption);
  requireCodes(retryOn);
  return {
    resume,
    backoff: resolveBackoff(backoff),
    retryOn: new Set(retryOn),
    overlap: booleanOption("overlap", overlap, resume !== undefined),
    onInterruption,
    deadline,
    signal,
    call: { ...call, waitForReady: call.waitForReady ?? true },
  };
}

function requireCodes(codes: readonly number[]): void {
  const known: readonly number[] = Object.values(Status);
  const expected = "an array of status codes, see Status";
  if (!Array.isArray(codes)) {
    throw refusal("retryOn", expected, codes, "number");
  }
  for (const code of codes) {
    if (!known.includes(code)) {
      throw refusal("retryOn", expected, code, "number");
    }
  }
}
