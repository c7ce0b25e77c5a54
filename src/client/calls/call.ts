import { CallAttempt, type CallAttemptSetup } from "./attempt.ts";
import {
  GrpcError,
  type Metadata,
  type MethodDefinition,
  Status,
} from "../../grpc/mod.ts";
import type { Outcome } from "./response_head.ts";
import { LARGE_HEADERS } from "./blame.ts";
import { type CallLimits, limitCall } from "./call_limits.ts";
import type {
  AttemptCause,
  AttemptFollower,
  CallFollower,
  CallFollowers,
} from "./call_follower.ts";
import type { Connector } from "../connector/mod.ts";
import type { Isolation } from "./isolation.ts";
import { endable, type TrustedConnection } from "../connections/mod.ts";
import type { ClientRequest, ClientResponse } from "./interceptor.ts";
import { type Clock, tell, Timer } from "../../runtime/mod.ts";
import { messageOf } from "../../transport/mod.ts";
import { RequestSender } from "./request_sender.ts";
import type { FailedAttempt, RetryState } from "./retry.ts";

/** What a call needs of what finds its connections. */
export type CallConnector = Pick<
  Connector,
  "connectivity" | "error" | "begin" | "end" | "pause" | "start"
>;

/** Says which connector a call takes; see {@linkcode Isolation}. */
export interface CallIsolation extends Pick<Isolation, "answered" | "ended"> {
  connectorFor(octets: number, present?: CallConnector): CallConnector;
}

/** What a call needs of its channel. */
export interface CallHost {
  /** The clock of deadlines and pauses. */
  readonly clock: Clock;
  /** Finds connectors, and these find connections. */
  readonly isolation: CallIsolation;
  /** Follows calls: totals, and events for an observer. */
  readonly followers: CallFollowers;
  /** What an attempt is made with. */
  setup(
    request: ClientRequest,
    timeLeft: () => number,
    previousAttempts: number,
  ): CallAttemptSetup;
}

/** How a call is made. */
export interface CallRules {
  /** Whether it waits for a connection while attempts to make one fail. */
  readonly waitForReady: boolean;
  /** Whether it is made again when it fails. */
  readonly retry: RetryState;
}

/**
 * A call that is being made: typed messages, limits, requests, and as many
 * attempts as are allowed. It is committed to one with the first response
 * headers.
 */
export class Call {
  readonly #host: CallHost;
  readonly #request: ClientRequest;
  readonly #rules: CallRules;
  readonly #limits: CallLimits;
  readonly #requests: RequestSender;
  readonly #headOctets: number;
  readonly #follower: CallFollower;
  #connector: CallConnector;
  #attempt: CallAttempt;
  #attemptFollower: AttemptFollower;
  #link: TrustedConnection | undefined;
  #readBefore = 0;
  #bytesBefore = 0;
  #isFinal = false;
  #isFinished = false;
  #isRead = false;
  #isUnread = false;
  #pause: Timer | undefined;

  /** Makes a call, as soon as the connection allows. */
  constructor(host: CallHost, request: ClientRequest, rules: CallRules) {
    this.#host = host;
    this.#request = request;
    this.#rules = rules;
    this.#follower = host.followers.begin(request.method.path);
    this.#attemptFollower = this.#follower.attempt();
    this.#requests = new RequestSender(request);
    const { deadline, signal, onHeaders, onTrailers } = request.options;
    let early: GrpcError | undefined;
    let cancel = (error: GrpcError): void => void (early = error);
    this.#limits = limitCall(
      host.clock,
      deadline,
      signal,
      (error) => cancel(error),
    );
    this.#headOctets = headOctetsOf(request);
    this.#attempt = this.#newAttempt();
    this.#connector = host.isolation.connectorFor(this.#headOctets);
    this.#connector.begin();
    cancel = (error) => this.#interrupt(error);
    if (onHeaders !== undefined) {
      this.#headers().then((metadata) => tell(onHeaders, metadata), () => {});
    }
    if (onTrailers !== undefined) {
      this.#outcome().then(({ trailers }) => tell(onTrailers, trailers));
    }
    if (early !== undefined) this.cancel(early);
    else this.#start("first");
  }

  /** Ends the call, with the status that its caller is to see. */
  cancel(error: GrpcError): void {
    this.#isFinal = true;
    this.#attempt.cancel(error);
  }

  /** What an interceptor sees of it. */
  response(): ClientResponse {
    const trailers = this.#outcome().then(({ error, trailers }) => {
      if (error !== undefined) throw error;
      return trailers;
    });
    trailers.catch(() => {});
    const headers = this.#headers();
    headers.catch(() => {});
    return { headers, trailers, messages: this.messages() };
  }

  /**
   * The only response.
   *
   * @throws {GrpcError} If the call ends with another status than OK, or has
   * not just one response.
   */
  single(): Promise<unknown> {
    return this.#ask(ONLY, (payload) => this.#onlyOf(payload));
  }

  /** All responses; who stops reading cancels the call, at once. */
  messages(): AsyncGenerator<unknown> {
    return endable(this.#messages(), () => {
      this.#isUnread = true;
      this.#stopReading();
    });
  }

  #stopReading(): void {
    this.cancel(new GrpcError(Status.CANCELLED, "the caller stopped reading"));
    this.#finish(this.#attempt.ended?.error);
  }

  async *#messages(): AsyncGenerator<unknown> {
    const { method } = this.#request;
    this.#isRead = true;
    try {
      for (
        let payload = await this.#ask(NEXT, same);
        payload !== undefined;
        payload = await this.#attempt.next()
      ) {
        yield this.#deserialize(method, payload);
      }
    } catch (error) {
      if (!this.#isUnread) throw error;
    } finally {
      this.#stopReading();
    }
  }

  /**
   * Asks the attempt that counts: one that failed may have a successor.
   *
   * @param read Makes of the answer what is asked for.
   */
  async #ask<T, Result>(
    question: (attempt: CallAttempt) => Promise<T>,
    read: (answer: T) => Result,
  ): Promise<Result> {
    for (;;) {
      const attempt = this.#attempt;
      try {
        return read(await question(attempt));
      } catch (error) {
        if (attempt === this.#attempt) throw error;
      }
    }
  }

  #headers(): Promise<Metadata> {
    return this.#ask(HEADERS, same);
  }

  async #outcome(): Promise<Outcome> {
    for (;;) {
      const attempt = this.#attempt;
      const outcome = await attempt.outcome;
      if (attempt === this.#attempt) return outcome;
    }
  }

  #newAttempt(): CallAttempt {
    const attempt: CallAttempt = new CallAttempt(
      this.#host.setup(
        this.#request,
        this.#limits.timeLeft,
        this.#rules.retry.previousAttempts,
      ),
      this.#attemptFollower,
      (outcome) => this.#onEnd(attempt, outcome),
      this.#headOctets < LARGE_HEADERS
        ? undefined
        : () => this.#host.isolation.answered(this.#headOctets),
    );
    return attempt;
  }

  #start(cause: AttemptCause): void {
    const attempt = this.#attempt;
    if (attempt.ended !== undefined) return;
    this.#attemptFollower.started(cause, this.#rules.retry.previousAttempts);
    this.#link = undefined;
    this.#choose();
    this.#connector.start({
      call: attempt,
      waitForReady: this.#rules.waitForReady,
      opened: (link) => this.#opened(attempt, link),
    });
  }

  /** What became of the attempt before may have it kept apart. */
  #choose(): void {
    const { isolation } = this.#host;
    const chosen = isolation.connectorFor(this.#headOctets, this.#connector);
    if (chosen === this.#connector) return;
    chosen.begin();
    this.#connector.end();
    this.#connector = chosen;
  }

  #opened(attempt: CallAttempt, link: TrustedConnection): void {
    this.#link = link;
    this.#bytesBefore = link.transport.bytesSent;
    this.#readBefore = link.transport.lastReadAt;
    this.#send(attempt);
  }

  /** The deadline, or the caller: a call that was not opened says why. */
  #interrupt(error: GrpcError): void {
    if (error.code === Status.DEADLINE_EXCEEDED) {
      if (this.#link !== undefined) this.#link.overdue(this.#readBefore);
      else error = this.#waited(error);
    }
    this.cancel(error);
  }

  #waited(error: GrpcError): GrpcError {
    const { connectivity, error: cause } = this.#connector;
    const isReady = connectivity.state === "READY";
    const what = isReady
      ? "a stream, as many as the server allows are open"
      : "a connection";
    const why = cause !== undefined
      ? `, last error: ${cause.message}`
      : isReady
      ? ""
      : `: ${connectivity.current.reason}`;
    return new GrpcError(
      Status.DEADLINE_EXCEEDED,
      `${error.details} while waiting for ${what}${why}`,
      { cause },
    );
  }

  #onEnd(attempt: CallAttempt, { error }: Outcome): void {
    if (attempt.committed) this.#link?.answered();
    if (error === undefined) this.#rules.retry.succeeded();
    else if (!this.#isFinal && this.#retries(attempt, error)) return;
    this.#isFinal = true;
    this.#pause?.cancel();
    this.#limits.clear();
    this.#connector.end();
    this.#requests.close();
    if (error !== undefined) return this.#finish(error);
    const { responseStream } = this.#request.method;
    if (responseStream && !this.#isRead && attempt.isDrained) {
      this.#finish(undefined);
    }
  }

  /** The caller is told how the call has ended, or can be. */
  #finish(error: GrpcError | undefined): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    this.#follower.finished(error);
  }

  #retries(attempt: CallAttempt, error: GrpcError): boolean {
    const isLost = error.code === Status.UNAVAILABLE;
    const { streamId } = attempt;
    const ending = isLost && streamId !== undefined
      ? this.#link?.endingOf(streamId)
      : undefined;
    if (ending !== undefined && !attempt.committed) {
      this.#host.isolation.ended(this.#headOctets);
    }
    const decision = this.#rules.retry.decide({
      error,
      committed: attempt.committed || this.#requests.committed,
      reach: isLost ? this.#reach(attempt) : "sent",
      ending,
      headerOctets: () => this.#headerOctets(),
    });
    if (decision.kind === "give-up") {
      if (decision.why === undefined) return false;
      this.#giveUp(decision.why, error);
      return true;
    }
    if (decision.kind === "transparent") {
      this.#prepare();
      queueMicrotask(() => this.#start("transparent"));
      return true;
    }
    const isClosed = this.#connector.connectivity.state === "SHUTDOWN";
    if (isClosed || this.#limits.timeLeft() <= decision.delay) return false;
    this.#prepare();
    this.#connector.pause(this.#attempt);
    this.#pause ??= new Timer(this.#host.clock);
    this.#pause.plan(decision.delay, () => this.#start("policy"));
    return true;
  }

  #prepare(): void {
    this.#attemptFollower = this.#follower.attempt();
    this.#attempt = this.#newAttempt();
  }

  /** Another attempt, which is not made, says why. */
  #giveUp(why: string, cause: GrpcError): void {
    this.#prepare();
    this.cancel(new GrpcError(Status.UNAVAILABLE, why, { cause }));
  }

  #headerOctets(): number {
    const { timeLeft } = this.#limits;
    const { previousAttempts } = this.#rules.retry;
    const { headers } = this.#host.setup(
      this.#request,
      timeLeft,
      previousAttempts,
    );
    return headers().reduce(
      (sum, [name, value]) => sum + name.length + value.length,
      0,
    );
  }

  /**
   * What is still in the output when a connection ends has never left, if
   * nothing is said any more.
   */
  #reach(attempt: CallAttempt): FailedAttempt["reach"] {
    if (attempt.unprocessed) return "refused";
    if (this.#link === undefined) return "sent";
    const { state, bytesSent } = this.#link.transport;
    const isLost = state.kind === "closed" && state.farewell === "none";
    return isLost && bytesSent === this.#bytesBefore ? "unsent" : "sent";
  }

  #send(attempt: CallAttempt): void {
    try {
      const sending = this.#requests.send(attempt);
      sending?.catch((error) => this.#requestsFailed(error));
    } catch (error) {
      this.#requestsFailed(error);
    }
  }

  #onlyOf(payload: Uint8Array | "none" | "several"): unknown {
    if (payload === "none") throw this.#cardinality("no response");
    if (payload === "several") {
      throw this.#cardinality("more than one response");
    }
    const response = this.#deserialize(this.#request.method, payload);
    this.#finish(undefined);
    return response;
  }

  #deserialize(
    method: MethodDefinition<unknown, unknown>,
    payload: Uint8Array,
  ): unknown {
    try {
      return method.responseDeserialize(payload);
    } catch (cause) {
      const error = new GrpcError(
        Status.INTERNAL,
        `Received a response for ${method.path} that cannot be decoded`,
        { cause },
      );
      this.#fail(error);
      throw error;
    }
  }

  #cardinality(received: string): GrpcError {
    const error = new GrpcError(
      Status.INTERNAL,
      `Received ${received} for ${this.#request.method.path}, expected one`,
    );
    this.#fail(error);
    return error;
  }

  /** What has come is none of what was expected. */
  #fail(error: GrpcError): void {
    this.cancel(error);
    this.#finish(error);
  }

  /** The requests themselves failed: serializing, or the caller's iterable. */
  #requestsFailed(cause: unknown): void {
    if (cause instanceof GrpcError) return this.cancel(cause);
    const details = `the requests of the call failed: ${messageOf(cause)}`;
    this.cancel(new GrpcError(Status.CANCELLED, details, { cause }));
  }
}

const ONLY = (attempt: CallAttempt) => attempt.only();
const NEXT = (attempt: CallAttempt) => attempt.next();
const HEADERS = (attempt: CallAttempt) => attempt.headers;

function same<T>(answer: T): T {
  return answer;
}

/** About the octets of the request headers: those that its caller chose. */
function headOctetsOf({ method, metadata }: ClientRequest): number {
  let octets = method.path.length;
  if (metadata.size === 0) return octets;
  for (const [key, value] of metadata) octets += key.length + value.length;
  return octets;
}
