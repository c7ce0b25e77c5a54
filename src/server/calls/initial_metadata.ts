import { Metadata, type MetadataValue } from "../../grpc/mod.ts";

/** The initial metadata of a response: it can be changed until it is sent. */
export class InitialMetadata extends Metadata {
  readonly #path: string;
  #isSent = false;
  #when = "with the first response at the latest";

  /**
   * Starts empty, for a call of a path.
   *
   * @param isEarly Whether it is sent before there is a response.
   */
  constructor(path: string, isEarly: boolean) {
    super();
    this.#path = path;
    if (isEarly) {
      this.#when =
        "when the handler first waited, as the client asks for heartbeats";
    }
  }

  /** It has been sent. */
  seal(): void {
    this.#isSent = true;
  }

  /**
   * Replaces all values of a key.
   *
   * @throws {TypeError} If it was sent, or the key or the value is not allowed.
   */
  override set(key: string, value: MetadataValue): void {
    this.#requireUnsent(key);
    super.set(key, value);
  }

  /**
   * Adds a value to those of a key.
   *
   * @throws {TypeError} If it was sent, or the key or the value is not allowed.
   */
  override append(key: string, value: MetadataValue): void {
    this.#requireUnsent(key);
    super.append(key, value);
  }

  /**
   * Removes all values of a key.
   *
   * @throws {TypeError} If it was sent.
   */
  override delete(key: string): void {
    this.#requireUnsent(key);
    super.delete(key);
  }

  #requireUnsent(key: string): void {
    if (!this.#isSent) return;
    throw new TypeError(
      `Cannot change "${key}" in the headers of ${this.#path}: the initial metadata has been sent, ${this.#when}; set it before, or use call.trailers`,
    );
  }
}
