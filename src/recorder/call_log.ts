import { type CallEvent, type RecordedCall, Status } from "../grpc/mod.ts";

interface Running {
  readonly connectionId: number;
  readonly streamId: number;
  readonly method: string;
  readonly from: number;
}

/** What is remembered of a call that runs. */
type Started = Extract<CallEvent, { readonly type: "call-started" }>;

/** Calls that may run without being forgotten. */
const MAX_RUNNING = 4_096;

/** The last calls of each connection, and those that run. */
export class CallLog {
  readonly #most: number;
  readonly #started = new Map<number, Started>();
  readonly #running = new Map<number, Running>();
  readonly #ended = new Map<number, RecordedCall[]>();

  /** Starts empty, and keeps so many calls for each connection. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Takes what it needs of an event. */
  note(event: CallEvent): void {
    switch (event.type) {
      case "call-started":
        return bounded(this.#started, event.callId, event);
      case "call-ended":
        return void this.#started.delete(event.callId);
      case "attempt-picked":
        return this.#begin(
          event.attemptId,
          event,
          this.#started.get(event.callId)?.method ?? "",
        );
      case "attempt-ended":
        return this.#end(event.attemptId, event.at, event.status);
      case "server-call-started":
        return this.#begin(event.callId, event, event.method);
      case "server-call-ended":
        return this.#end(event.callId, event.at, event.status);
    }
  }

  /** The channel of a call that runs. */
  channelOf(callId: number): number | undefined {
    return this.#started.get(callId)?.channelId;
  }

  /** The calls of a connection, in the order in which they began. */
  of(connectionId: number): RecordedCall[] {
    const running = [...this.#running.values()]
      .filter((call) => call.connectionId === connectionId)
      .map((call) => recorded(call, Infinity, -1));
    return [...this.#ended.get(connectionId) ?? [], ...running]
      .sort((a, b) => a.from - b.from);
  }

  /** The calls of a connection are remembered from now on. */
  follow(connectionId: number): void {
    this.#ended.set(connectionId, []);
  }

  /** The connection is no longer remembered. */
  forget(connectionId: number): void {
    this.#ended.delete(connectionId);
  }

  #begin(
    key: number,
    event: {
      readonly at: number;
      readonly connectionId: number;
      readonly streamId: number;
    },
    method: string,
  ): void {
    const { at, connectionId, streamId } = event;
    const running = { connectionId, streamId, method, from: at };
    bounded(this.#running, key, running);
  }

  #end(key: number, to: number, status: number): void {
    const running = this.#running.get(key);
    if (running === undefined) return;
    this.#running.delete(key);
    const { connectionId } = running;
    const ended = this.#ended.get(connectionId);
    if (ended === undefined) return;
    ended.push(recorded(running, to, status));
    if (ended.length > this.#most) ended.shift();
  }
}

function recorded(
  { method, streamId, from }: Running,
  to: number,
  status: number,
): RecordedCall {
  return { method, streamId, from, to, status };
}

function bounded<Value>(
  map: Map<number, Value>,
  key: number,
  value: Value,
): void {
  map.set(key, value);
  if (map.size <= MAX_RUNNING) return;
  for (const [oldest] of map) return void map.delete(oldest);
}

/**
 * Whether an event of a call belongs to the story of its channel: an attempt that
 * is not the first, or a deadline that passed without a message of the server.
 */
export function isNotable(event: CallEvent): boolean {
  if (event.type === "attempt-started") return event.cause !== "first";
  return event.type === "attempt-ended" && event.by === "local" &&
    event.status === Status.DEADLINE_EXCEEDED && event.messagesReceived === 0;
}
