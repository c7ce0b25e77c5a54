import type { Metadata } from "../grpc/mod.ts";
import { toMetadata } from "./headers.ts";

/**
 * The headers of a response of Connect, which are the initial metadata of a call
 * from the first change on: that may be sent before there is a message.
 */
export class ResponseHeaders extends Headers {
  readonly #call: { readonly headers: Metadata };

  /** Starts empty. */
  constructor(call: { readonly headers: Metadata }) {
    super();
    this.#call = call;
  }

  /** @throws {TypeError} If they were sent, or the name or the value is not allowed. */
  override append(name: string, value: string): void {
    super.append(name, value);
    this.#hand(name);
  }

  /** @throws {TypeError} If they were sent, or the name or the value is not allowed. */
  override set(name: string, value: string): void {
    super.set(name, value);
    this.#hand(name);
  }

  /** @throws {TypeError} If they were sent. */
  override delete(name: string): void {
    super.delete(name);
    this.#hand(name);
  }

  /** What an interceptor has put in their place is sent. */
  become(other: Headers): void {
    if (other === this) return;
    const wanted = new Headers(other);
    for (const [name] of [...this]) {
      if (!wanted.has(name)) this.delete(name);
    }
    for (const [name, value] of wanted) {
      if (this.get(name) !== value) this.set(name, value);
    }
  }

  #hand(name: string): void {
    const { headers } = this.#call;
    headers.delete(name);
    const value = this.get(name);
    if (value === null) return;
    for (const [key, each] of toMetadata(new Headers([[name, value]]))) {
      headers.append(key, each);
    }
  }
}
