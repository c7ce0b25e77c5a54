import type { CallContext } from "../../../src/grpc/mod.ts";
import { GrpcError, Status } from "../../../src/grpc/mod.ts";
import { PushSource } from "./push_source.ts";

/** What a test tells a handler to do next. */
export type Command =
  /** Reads one request; without one, the handler goes on. */
  | { readonly kind: "read" }
  /** Sends the initial metadata. */
  | { readonly kind: "headers" }
  /** Sends a response of so many octets. */
  | { readonly kind: "send"; readonly length: number }
  /** Returns. */
  | { readonly kind: "return" }
  /** Throws. */
  | { readonly kind: "throw"; readonly error: Error };

/** What a handler throws on purpose. */
export const THROWN: readonly Error[] = [
  new GrpcError(Status.ABORTED, "on purpose"),
  new TypeError("on purpose"),
];

/** A handler that does what the test says, for methods of all kinds. */
export class PlayedHandler {
  readonly commands: PushSource<Command> = new PushSource();
  readonly #call: CallContext;
  readonly #requests: AsyncIterator<Uint8Array>;

  /** A polite one returns when its call is aborted. */
  constructor(
    requests: AsyncIterable<Uint8Array> | Uint8Array,
    call: CallContext,
    isPolite: boolean,
  ) {
    this.#call = call;
    this.#requests = requests instanceof Uint8Array
      ? new PushSource<Uint8Array>()
      : requests[Symbol.asyncIterator]();
    if (requests instanceof Uint8Array) void this.#requests.return?.();
    if (isPolite) {
      call.signal.addEventListener("abort", () => this.commands.end());
    }
  }

  /** The responses. */
  async *run(): AsyncGenerator<Uint8Array> {
    for await (const command of this.commands) {
      switch (command.kind) {
        case "read":
          await this.#requests.next();
          break;
        case "headers":
          this.#call.headers.set("x-initial", "1");
          this.#call.sendHeaders();
          break;
        case "send":
          yield new Uint8Array(command.length);
          break;
        case "return":
          return;
        case "throw":
          throw command.error;
      }
    }
  }

  /** The only response. */
  async runOnce(): Promise<Uint8Array> {
    for await (const response of this.run()) return response;
    return new Uint8Array(1);
  }
}
