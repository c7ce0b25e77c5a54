/** What a probe is about to do. */
export interface ProbeProgress {
  /** What is done now, in words. */
  readonly step: string;
  /**
   * Milliseconds until all is known, as far as can be said: what does not wait
   * takes round trips beside that.
   */
  readonly left: number;
}
