import type { Clock } from "../runtime/mod.ts";
import type { CloseMode } from "../session/mod.ts";
import { closeSocket } from "./close_socket.ts";
import type { Socket } from "./network/mod.ts";

/** What of a connection may still be on its way when it has closed. */
interface Written {
  /** Resolves when nothing is being written. */
  readonly idle: Promise<void>;
}

/** The end of a connection: of its session, then of its socket, then of all. */
export class Ending {
  readonly #readEnd = Promise.withResolvers<void>();
  #leaving: Promise<void> | undefined;
  #isFinished = false;
  /** Made when somebody waits for it. */
  #finished: PromiseWithResolvers<void> | undefined;

  /** Whether the session has closed, and the socket is being closed. */
  get hasBegun(): boolean {
    return this.#leaving !== undefined;
  }

  /** Resolves when the socket is closed and nothing is left. Never rejects. */
  get finished(): Promise<void> {
    if (this.#isFinished) return Promise.resolve();
    this.#finished ??= Promise.withResolvers();
    return this.#finished.promise;
  }

  /** Closes the socket as the session wants it. */
  begin(socket: Socket, clock: Clock, mode: CloseMode, writer: Written): void {
    const ended = this.#readEnd.promise;
    this.#leaving = closeSocket(socket, clock, mode, writer.idle, ended);
  }

  /** Nothing more is read; resolves when nothing is left. */
  async readEnded(writer: Written): Promise<void> {
    this.#readEnd.resolve();
    await this.#leaving;
    await writer.idle;
  }

  /** Nothing is left. */
  finish(): void {
    this.#isFinished = true;
    this.#finished?.resolve();
  }
}
