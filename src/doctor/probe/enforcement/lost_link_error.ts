/** A connection was of no use for a measurement. */
export class LostLinkError extends Error {
  /** Whether the server closed it for too many PINGs. */
  readonly isKick: boolean;

  /** Describes what came instead. */
  constructor(message: string, isKick: boolean) {
    super(message);
    this.isKick = isKick;
  }
}
