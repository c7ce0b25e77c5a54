import type { HeaderField } from "../../../src/hpack/mod.ts";
import type {
  DataSource,
  TransportStream,
} from "../../../src/transport/mod.ts";
import { concat } from "../../harness/octets.ts";

/** A stream that keeps what is sent on it until the test lets it leave. */
export class FakeStream {
  readonly id = 1;
  /** What was sent. */
  readonly sent: { data: Uint8Array; endStream: boolean }[] = [];
  /** The field sections that were sent. */
  readonly fields: (readonly HeaderField[])[] = [];
  /** Octets of a header list that the peer accepts. */
  maxHeaderListSize = Infinity;
  /** Octets that wait. */
  queuedOctets = 0;
  /** Octets that the peer may send anew. */
  credit = 0;

  /** There is nothing to be told of PINGs. */
  readonly policy = { takeText: () => undefined, onMetadata: () => {} };

  /** The same as what a call takes. */
  get stream(): TransportStream {
    return this as unknown as TransportStream;
  }

  /** All octets that were sent. */
  get octets(): Uint8Array {
    return concat(...this.sent.map(({ data }) => data));
  }

  sendHeaders(fields: readonly HeaderField[]): void {
    this.fields.push(fields);
  }

  sendData(data: Uint8Array, endStream: boolean): void {
    this.sent.push({ data, endStream });
    this.queuedOctets += data.length;
  }

  sendPart(
    octets: Uint8Array,
    start: number,
    end: number,
    endStream: boolean,
  ): void {
    this.sendData(octets.subarray(start, end), endStream);
  }

  /** Takes what is at hand at once, as if output were taken all the time. */
  offer(source: DataSource): void {
    this.sendData(source.takeOffered(), false);
  }

  flush(): void {}

  noteMessages(): void {}

  consumed(octets: number): void {
    this.credit += octets;
  }

  reset(): void {}
}
