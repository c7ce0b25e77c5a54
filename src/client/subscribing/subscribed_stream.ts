/** What a stream has to say next. */
export type Pulled<Response> =
  | { readonly kind: "item"; readonly item: Response }
  /** It has ended, by an error or with OK. */
  | { readonly kind: "end"; readonly error: unknown };

/** What a {@linkcode SubscribedStream} tells the call that it makes. */
export interface StreamHooks {
  /** The response headers have come. */
  onHeaders(): void;
  /** The connection of the call is retired. */
  onDraining(): void;
}

/** Makes the call of a stream. */
export type OpenStream<Request, Response> = (
  request: Request,
  hooks: StreamHooks,
) => AsyncGenerator<Response>;

/**
 * One call of a subscription, looked at from outside: at most one item is taken
 * from it ahead, when `pull` is called.
 */
export class SubscribedStream<Response> {
  /** When it began, in milliseconds. */
  readonly openedAt: number;
  readonly #responses: AsyncGenerator<Response>;
  readonly #changed: () => void;
  #pulled: Pulled<Response> | undefined;
  #isPulling = false;
  #hasAnswered = false;
  #isDraining = false;

  /**
   * Makes a call, which begins with the first `pull`.
   *
   * @param open Makes it.
   * @param changed Is called whenever there is something new to be seen.
   */
  constructor(
    open: (hooks: StreamHooks) => AsyncGenerator<Response>,
    now: number,
    changed: () => void,
  ) {
    this.openedAt = now;
    this.#changed = changed;
    this.#responses = open({
      onHeaders: () => {
        this.#hasAnswered = true;
        changed();
      },
      onDraining: () => {
        this.#isDraining = true;
        changed();
      },
    });
  }

  /** What has come and was not taken. */
  get pulled(): Pulled<Response> | undefined {
    return this.#pulled;
  }

  /** Whether the server has answered: headers, an item, or the end. */
  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  /** Whether its connection is retired. */
  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** Asks for what is next, unless that is there or was asked for already. */
  pull(): void {
    if (this.#isPulling || this.#pulled !== undefined) return;
    this.#isPulling = true;
    this.#responses.next().then(
      ({ done, value }) =>
        this.#settle(
          done
            ? { kind: "end", error: undefined }
            : { kind: "item", item: value },
        ),
      (error) => this.#settle({ kind: "end", error }),
    );
  }

  /** What is next has been delivered. */
  take(): void {
    this.#pulled = undefined;
  }

  /** Ends the call. */
  close(): void {
    this.#responses.return(undefined).catch(() => {});
  }

  #settle(pulled: Pulled<Response>): void {
    this.#isPulling = false;
    this.#pulled = pulled;
    this.#hasAnswered = true;
    this.#changed();
  }
}
