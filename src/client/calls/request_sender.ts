import type { CallAttempt } from "./attempt.ts";
import {
  Batch,
  type ClientRequest,
  GrpcError,
  isUncompressed,
  type MethodDefinition,
  type Outbox,
  requireOctets,
  Status,
  uncompressed,
} from "../../grpc/mod.ts";
import type { Clock } from "../../runtime/mod.ts";
import { messageOf } from "../../transport/mod.ts";
import { SHORT_LENGTH } from "./kept_requests.ts";
import { RequestLog } from "./request_log.ts";

/** The only request of a call, if it has no stream of them. */
export function onlyRequest(
  { method, messages, options }: ClientRequest,
): Uint8Array | undefined {
  if (method.requestStream || !Array.isArray(messages)) return undefined;
  const payload = serialize(method, messages[0]);
  const { compression = "identity" } = options;
  return marked(payload, messages[0], compression !== "identity");
}

/** Sends the stream of requests of a call, anew on each of its attempts. */
export class RequestSender {
  readonly #request: ClientRequest;
  readonly #clock: Clock;
  readonly #isCompressed: boolean;
  #iterator: AsyncIterator<unknown> | Iterator<unknown> | undefined;
  #log: RequestLog | undefined;

  /** Takes no request before the first attempt. */
  constructor(request: ClientRequest, clock: Clock) {
    this.#request = request;
    this.#clock = clock;
    const { compression = "identity" } = request.options;
    this.#isCompressed = compression !== "identity";
  }

  /** Whether too many requests were sent for another attempt. */
  get committed(): boolean {
    return this.#log?.committed === true;
  }

  /**
   * Sends the requests on an attempt, no faster than they leave, until it ends.
   *
   * @throws {GrpcError} INTERNAL, if a request cannot be serialized.
   * @throws Whatever the caller's iterable throws.
   */
  send(attempt: CallAttempt): Promise<void> | undefined {
    const { outbox } = attempt;
    return outbox && this.#sendAll(attempt, outbox);
  }

  /**
   * The call is over: lets the caller's iterable go, when what it does now is
   * done. A generator that is at work, and has ended its own call, would refuse.
   */
  close(): void {
    const iterator = this.#iterator;
    if (iterator !== undefined) queueMicrotask(() => void release(iterator));
  }

  async #sendAll(attempt: CallAttempt, outbox: Outbox): Promise<void> {
    const log = this.#log ??= this.#open();
    const batch = new Batch(this.#clock);
    for (let index = 0; attempt.ended === undefined; index++) {
      if (attempt.committed) log.commit();
      if (log.isPast(index)) return await this.#sendRest(attempt, outbox);
      const entry = log.at(index);
      // Who is asked for the first request may still be about to begin the call.
      const isAwaited = entry instanceof Promise || index === 0;
      const payload = isAwaited ? await entry : entry;
      if (payload === undefined) return outbox.end();
      outbox.chooseEncoding(payload);
      const sending = sendInBatch(outbox, payload, batch, isAwaited);
      if (sending !== undefined) await sending;
    }
  }

  /**
   * What the log keeps nothing of goes out without a detour; what answers at
   * once as far as a batch goes.
   */
  async #sendRest(attempt: CallAttempt, outbox: Outbox): Promise<void> {
    const { method, messages } = this.#request;
    const isAsync = Symbol.asyncIterator in messages;
    const iterator = this.#iterator!;
    const batch = new Batch(this.#clock);
    while (attempt.ended === undefined) {
      const step = iterator.next();
      const item = isAsync ? await step : atOnce(method, step);
      if (item.done) return outbox.end();
      const payload = serialize(method, item.value);
      outbox.chooseEncoding(item.value);
      const sending = sendInBatch(outbox, payload, batch, isAsync);
      if (sending !== undefined) await sending;
    }
  }

  /** A serializer that passes octets through leaves them to their owner. */
  #open(): RequestLog {
    const { method, messages } = this.#request;
    const isAsync = Symbol.asyncIterator in messages;
    const iterator = isAsync
      ? messages[Symbol.asyncIterator]()
      : messages[Symbol.iterator]();
    this.#iterator = iterator;
    const log: RequestLog = new RequestLog(() => {
      const item = iterator.next();
      return isAsync
        ? Promise.resolve(item).then((item) => this.#entry(log, item))
        : this.#entry(log, atOnce(method, item));
    }, this.#isCompressed);
    return log;
  }

  #entry(
    log: RequestLog,
    item: IteratorResult<unknown>,
  ): Uint8Array | undefined {
    if (item.done) return undefined;
    const payload = serialize(this.#request.method, item.value);
    const isTheirs = payload === item.value && !log.committed;
    const isCopied = payload.length <= SHORT_LENGTH && !this.#isCompressed;
    const octets = isTheirs && !isCopied ? payload.slice() : payload;
    return marked(octets, item.value, this.#isCompressed);
  }
}

/** The mark of a message holds for its octets, on every attempt. */
function marked(
  payload: Uint8Array,
  message: unknown,
  isCompressed: boolean,
): Uint8Array {
  return isCompressed && isUncompressed(message)
    ? uncompressed(payload)
    : payload;
}

/**
 * Sends a request; a promise tells when the next one may follow, if that is not
 * at once.
 *
 * @param isAwaited Whether making one takes some microtasks.
 */
function sendInBatch(
  outbox: Outbox,
  payload: Uint8Array,
  batch: Batch,
  isAwaited: boolean,
): Promise<void> | undefined {
  const isOver = batch.add();
  const sending = outbox.send(payload, isAwaited && !isOver);
  if (sending === undefined && !isOver) return undefined;
  return sent(sending, batch);
}

/** The batch has left: the next one begins. */
async function sent(
  sending: Promise<void> | undefined,
  batch: Batch,
): Promise<void> {
  await sending;
  batch.renew();
}

/**
 * What an iterator answers that is not async.
 *
 * @throws {TypeError} If it is, or the request, a promise.
 */
function atOnce(
  { path }: { readonly path: string },
  item: IteratorResult<unknown> | Promise<IteratorResult<unknown>>,
): IteratorResult<unknown> {
  const isPromise = item instanceof Promise;
  const isAtOnce = !isPromise &&
    (item.done === true || !(item.value instanceof Promise));
  if (isAtOnce) return item;
  throw new TypeError(
    `Cannot send the requests for ${path}: expected ${
      isPromise
        ? "their [Symbol.iterator] to answer with { value, done }, received a promise; name it [Symbol.asyncIterator]"
        : "each of an iterable that is not async to be a request, received a promise; yield them from an async generator"
    }`,
  );
}

async function release(
  iterator: AsyncIterator<unknown> | Iterator<unknown>,
): Promise<void> {
  try {
    await iterator.return?.();
  } catch {
    // What its requests still throw concerns nobody.
  }
}

function serialize(
  method: MethodDefinition<unknown, unknown>,
  message: unknown,
): Uint8Array {
  try {
    const payload = method.requestSerialize(message);
    requireOctets(payload);
    return payload;
  } catch (cause) {
    throw new GrpcError(
      Status.INTERNAL,
      `Cannot serialize a request for ${method.path}: ${messageOf(cause)}`,
      { cause },
    );
  }
}
