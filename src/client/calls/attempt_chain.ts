import {
  type ClientRequest,
  GrpcError,
  showCaller,
  Status,
} from "../../grpc/mod.ts";
import { Timer } from "../../runtime/mod.ts";
import { messageOf } from "../../transport/mod.ts";
import type { TrustedConnection } from "../connections/mod.ts";
import type { WaitingCall } from "../connector/mod.ts";
import { CallAttempt } from "./attempt.ts";
import { errorOfDeadline } from "./attempt_errors.ts";
import { LARGE_HEADERS } from "./poison_call.ts";
import type { AttemptCause, AttemptTracer, CallTracer } from "./traced_call.ts";
import { AttemptSetup } from "./attempt_setup.ts";
import type { AttemptOwner, CallConnector, CallHost } from "./call_host.ts";
import { type CallLimits, limitCall } from "./call_limits.ts";
import { headOctetsOf, octetsOf } from "./request_head.ts";
import { onlyRequest, RequestSender } from "./request_sender.ts";
import type { Outcome } from "./response_head.ts";
import { type FailedAttempt, RetryState } from "./retry.ts";
import type { MethodRules } from "./service_config.ts";

/** Is told how the attempts come to an end. */
export interface ChainOwner {
  /** The last one has ended: no other follows. */
  onLast(error: GrpcError | undefined): void;
  /** Who asked is told an error, which may come of reading after that. */
  onFailed(error: unknown): void;
}

/**
 * The attempts at a call, one after the other, as many as are allowed
 * ({@link https://github.com/grpc/proposal/blob/master/A6-client-retries.md | gRFC A6}):
 * it finds a connection for each, sends the requests on it, and keeps to the
 * deadline. It is committed to one with the first response headers.
 */
export class AttemptChain extends AttemptSetup
  implements AttemptOwner, WaitingCall {
  readonly #rules: MethodRules;
  readonly #owner: ChainOwner;
  readonly #limits: CallLimits;
  /** Made where there is a stream of them. */
  #requests: RequestSender | undefined;
  /** The octets of the only request, once it was sent. */
  #only: Uint8Array | undefined;
  /** Made with the first attempt that fails. */
  #retry: RetryState | undefined;
  readonly #headOctets: number;
  #connector: CallConnector;
  #attempt: CallAttempt;
  #attemptTracer: AttemptTracer;
  #connection: TrustedConnection | undefined;
  /** Noted with a deadline: only its end asks. It takes a number of its own. */
  #readBefore: number | undefined;
  #bytesBefore = 0;
  #isPrepared = false;
  #isFinal = false;
  #early: GrpcError | undefined;
  #theirs: GrpcError | undefined;
  #pause: Timer | undefined;

  /** Prepares the first attempt; `begin` makes it. */
  constructor(
    host: CallHost,
    request: ClientRequest,
    rules: MethodRules,
    tracer: CallTracer,
    owner: ChainOwner,
  ) {
    super(host, request);
    this.#rules = rules;
    this.#owner = owner;
    this.#attemptTracer = tracer.attempt();
    this.#limits = limitCall(host.clock, request.options, this);
    this.#headOctets = headOctetsOf(request);
    this.#attempt = this.#newAttempt();
    this.#connector = host.isolation.connectorFor(this.#headOctets);
    this.#connector.begin();
    this.#isPrepared = true;
  }

  /** The attempt that counts. */
  get current(): CallAttempt {
    return this.#attempt;
  }

  get waitForReady(): boolean {
    const { waitForReady } = this.request.options;
    return waitForReady ?? this.#rules.waitForReady ?? false;
  }

  timeLeft(): number {
    return this.#limits.timeLeft();
  }

  protected get previousAttempts(): number {
    return this.#retry?.previousAttempts ?? 0;
  }

  /** Begins, unless the call is too late, or was aborted before. */
  begin(): void {
    if (this.#early !== undefined) this.cancel(this.#early);
    else this.#start("first");
  }

  /** Ends the call, with the status that its caller is to see. */
  cancel(error: GrpcError): void {
    this.#isFinal = true;
    this.#attempt.cancel(error);
  }

  /**
   * Asks the attempt that counts: one that failed may have a successor.
   *
   * @param read Makes of the answer what is asked for.
   */
  async ask<T, Result>(
    question: (attempt: CallAttempt) => Promise<T> | T,
    read: (answer: T) => Result,
  ): Promise<Result> {
    for (;;) {
      const attempt = this.#attempt;
      try {
        return read(await question(attempt));
      } catch (error) {
        if (attempt !== this.#attempt) continue;
        this.showCaller(error, this.ask);
        this.#owner.onFailed(error);
        throw error;
      }
    }
  }

  /** Shows who has made the call; an error of its requests shows those. */
  showCaller(error: unknown, beneath: (...args: never[]) => unknown): void {
    if (error !== this.#theirs) showCaller(error, beneath);
  }

  /** Resolves to how the last attempt has ended. */
  async outcome(): Promise<Outcome> {
    for (;;) {
      const attempt = this.#attempt;
      const outcome = await attempt.outcome;
      if (attempt === this.#attempt) return outcome;
    }
  }

  /** Of most calls nobody has to know before they end. */
  onHead(): void {
    const { responseStream } = this.request.method;
    if (this.#headOctets < LARGE_HEADERS && !responseStream) return;
    this.#connection?.answered();
    this.host.isolation.answered(this.#headOctets);
  }

  #newAttempt(): CallAttempt {
    return new CallAttempt(this, this.#attemptTracer);
  }

  #start(cause: AttemptCause): void {
    const attempt = this.#attempt;
    if (attempt.ended !== undefined) return;
    this.#attemptTracer.started(cause, this.previousAttempts);
    if (attempt.ended !== undefined) return;
    this.#connection = undefined;
    this.#choose();
    this.#connector.start(this);
  }

  /** What became of the attempt before may have it kept apart. */
  #choose(): void {
    const { isolation } = this.host;
    const chosen = isolation.connectorFor(this.#headOctets, this.#connector);
    if (chosen === this.#connector) return;
    chosen.begin();
    this.#connector.end();
    this.#connector = chosen;
  }

  /** The stream of the attempt that counts is open. */
  opened(connection: TrustedConnection): void {
    this.#connection = connection;
    this.#bytesBefore = connection.transport.bytesSent;
    if (this.timeLeft() < Infinity) {
      this.#readBefore = connection.transport.lastReadAt;
    }
    this.#send(this.#attempt);
  }

  /** The deadline, or the caller: the former says what was waited for. */
  interrupt(error: GrpcError): void {
    if (!this.#isPrepared) return void (this.#early = error);
    if (error.code === Status.DEADLINE_EXCEEDED) {
      this.#connection?.overdue(this.#readBefore!);
      const peer = this.#connection?.transport.peer;
      error = errorOfDeadline(error, this.#connector, peer, this.#attempt);
    }
    this.cancel(error);
  }

  onEnd({ error }: Outcome): void {
    const attempt = this.#attempt;
    if (attempt.committed) this.#connection?.answered();
    if (error === undefined) this.host.throttle?.succeeded();
    else if (!this.#isFinal && this.#retries(attempt, error)) return;
    this.#isFinal = true;
    this.#pause?.cancel();
    this.#limits.clear();
    this.#connector.end();
    this.#requests?.close();
    this.#owner.onLast(error);
  }

  #retries(attempt: CallAttempt, error: GrpcError): boolean {
    const isLost = error.code === Status.UNAVAILABLE;
    const { streamId } = attempt;
    const ending = isLost && streamId !== undefined
      ? this.#connection?.endingOf(streamId)
      : undefined;
    if (ending !== undefined && !attempt.committed) {
      this.host.isolation.ended(this.#headOctets);
    }
    const { throttle, random } = this.host;
    const { retryPolicy } = this.#rules;
    this.#retry ??= new RetryState(retryPolicy, throttle, random);
    const decision = this.#retry.decide({
      error,
      committed: attempt.committed || this.#requests?.committed === true,
      reach: isLost ? this.#reach(attempt) : "sent",
      ending,
      headerOctets: () => octetsOf(this.headers()),
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
    this.#pause ??= new Timer(this.host.clock);
    this.#pause.plan(decision.delay, () => this.#start("policy"));
    return true;
  }

  #prepare(): void {
    this.#attemptTracer = this.#attemptTracer.another();
    this.#attempt = this.#newAttempt();
  }

  /** Another attempt, which is not made, says why. */
  #giveUp(why: string, cause: GrpcError): void {
    this.#prepare();
    this.cancel(new GrpcError(Status.UNAVAILABLE, why, { cause }));
  }

  /**
   * What is still in the output when a connection ends has never left, if
   * nothing is said any more.
   */
  #reach(attempt: CallAttempt): FailedAttempt["reach"] {
    if (attempt.unprocessed) return "refused";
    if (this.#connection === undefined) return "sent";
    const { state, bytesSent } = this.#connection.transport;
    const isLost = state.kind === "closed" && state.closeMode === "none";
    return isLost && bytesSent === this.#bytesBefore ? "unsent" : "sent";
  }

  #send(attempt: CallAttempt): void {
    try {
      this.#only ??= onlyRequest(this.request);
      const sending = this.#only === undefined
        ? (this.#requests ??= new RequestSender(this.request, this.host.clock))
          .send(attempt)
        : attempt.sendOnly(this.#only);
      sending?.catch((error) => this.#requestsFailed(error));
    } catch (error) {
      this.#requestsFailed(error);
    }
  }

  /** The requests themselves failed: serializing, or the caller's iterable. */
  #requestsFailed(cause: unknown): void {
    if (cause instanceof GrpcError) {
      this.#theirs = cause;
      return this.cancel(cause);
    }
    const details = `the requests of the call failed: ${messageOf(cause)}`;
    this.cancel(new GrpcError(Status.CANCELLED, details, { cause }));
  }
}
