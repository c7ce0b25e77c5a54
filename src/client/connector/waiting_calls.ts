import { type InLine, LateSet, Line } from "../../collections/mod.ts";
import { GrpcError, Status } from "../../grpc/mod.ts";
import type { Transport } from "../../transport/mod.ts";
import type { TrustedConnection } from "../connections/mod.ts";

/** An attempt at a call, as far as finding its connection is concerned. */
export interface PendingAttempt {
  /** How it ended, once it has. */
  readonly ended: unknown;
  /** Resolves when it has ended; never rejects. */
  readonly outcome: Promise<unknown>;
  /** Opens its stream. */
  open(transport: Transport): void;
  /** Ends it with a status. */
  cancel(error: GrpcError): void;
}

/** A call that needs a connection. */
export interface WaitingCall {
  /** The attempt at it that is to be made now. */
  readonly current: PendingAttempt;
  /** Whether it waits for a connection even while attempts fail. */
  readonly waitForReady: boolean;
  /** Is called when its stream has been opened. */
  opened(connection: TrustedConnection): void;
}

/** Opens the stream of a call; one that has ended meanwhile is left alone. */
export function openOn(
  connection: TrustedConnection,
  waiting: WaitingCall,
  call: PendingAttempt = waiting.current,
): void {
  if (call.ended !== undefined) return;
  try {
    call.open(connection.transport);
    connection.opened();
    if (call.ended === undefined) waiting.opened(connection);
  } catch (error) {
    call.cancel(refusal(error));
  }
}

/** Who has connections for calls that wait. */
export interface Picker {
  /** One that takes a call now. */
  pick(): TrustedConnection | undefined;
}

/** The place of a call that waits. */
class Place implements InLine<Place> {
  line: object | undefined;
  ahead: Place | undefined;
  behind: Place | undefined;

  readonly waiting: WaitingCall;
  /** Another attempt would have another place. */
  readonly call: PendingAttempt;

  constructor(waiting: WaitingCall) {
    this.waiting = waiting;
    this.call = waiting.current;
  }
}

/**
 * Calls that wait for a connection, or for room on one, in order; and those that
 * wait for the time of their next attempt.
 */
export class WaitingCalls {
  readonly #waiting = new Line<Place>();
  readonly #pausing = new LateSet<PendingAttempt>();

  /** Whether none waits. */
  get isEmpty(): boolean {
    return this.#waiting.isEmpty;
  }

  /** Puts a call in line. */
  add(waiting: WaitingCall): void {
    const place = new Place(waiting);
    this.#waiting.join(place);
    place.call.outcome.then(() => this.#waiting.leave(place));
  }

  /** A call waits for its next attempt; until it starts or ends. */
  pause(call: PendingAttempt): void {
    this.#pausing.add(call);
    call.outcome.then(() => this.#pausing.delete(call));
  }

  /** The next attempt begins. */
  resume(call: PendingAttempt): void {
    this.#pausing.delete(call);
  }

  /** Opens calls in order, as long as there is room. */
  serve(picker: Picker): void {
    for (;;) {
      const { first } = this.#waiting;
      if (first === undefined) return;
      const { waiting, call } = first;
      if (call.ended === undefined) {
        const connection = picker.pick();
        if (connection === undefined) return;
        this.#waiting.leave(first);
        openOn(connection, waiting, call);
      } else {
        this.#waiting.leave(first);
      }
    }
  }

  /** Fails the calls that are not to wait for better times. */
  failFast(error: Error): void {
    this.#fail(error, ({ waitForReady }) => !waitForReady);
  }

  /** Fails all calls, those that pause as well: there are no connections any more. */
  end(error: Error): void {
    this.failAll(error);
    for (const call of this.#pausing) call.cancel(unavailable(error));
  }

  /** Fails all calls that wait for a connection. */
  failAll(error: Error): void {
    this.#fail(error, () => true);
  }

  /** Those that are failed may cause others to join, which are left alone. */
  #fail(error: Error, concerns: (waiting: WaitingCall) => boolean): void {
    const places: Place[] = [];
    for (let place = this.#waiting.first; place; place = place.behind) {
      if (concerns(place.waiting)) places.push(place);
    }
    for (const place of places) {
      this.#waiting.leave(place);
      place.call.cancel(unavailable(error));
    }
  }
}

/** The status of a call that found no connection. */
export function unavailable(cause: Error): GrpcError {
  return new GrpcError(Status.UNAVAILABLE, cause.message, { cause });
}

/** The stream could not be opened: the headers, or the connection. */
function refusal(cause: unknown): GrpcError {
  const details = cause instanceof Error ? cause.message : String(cause);
  const code = cause instanceof RangeError
    ? Status.RESOURCE_EXHAUSTED
    : Status.UNAVAILABLE;
  return new GrpcError(code, details, { cause });
}
