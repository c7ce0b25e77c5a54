/**
 * A handler went on although its call had ended and its signal was aborted,
 * and a shutdown did not wait for it any longer. It is told to
 * `onHandlerError`, once for each such handler, before `finished` resolves.
 */
export class UnfinishedHandlerError extends Error {
  /** The name of the class. */
  override readonly name: string = "UnfinishedHandlerError";
  /** The path of the method, such as `/helloworld.Greeter/SayHello`. */
  readonly path: string;
  /** For how long the handler has run, in milliseconds. */
  readonly runningFor: number;

  /**
   * Describes a handler that does not end.
   *
   * @param path The path of its method.
   * @param runningFor Milliseconds that it has run.
   */
  constructor(path: string, runningFor: number) {
    super(
      `The handler of ${path} still runs after ${
        Math.round(runningFor)
      } ms, although its call has ended: the server does not wait for it any longer, expected it to heed the signal of its call`,
    );
    this.path = path;
    this.runningFor = runningFor;
  }
}
