/** A tool was called in a way that cannot work: exit status 2, one line. */
export class UsageError extends Error {
  /** The name of the class. */
  override readonly name: string = "UsageError";
}

/** A tool was set up well and still cannot begin: exit status 1, one line. */
export class StartError extends Error {
  /** The name of the class. */
  override readonly name: string = "StartError";
}
