import type { HeaderField } from "../../hpack/mod.ts";
import type { StreamConsumer, TransportStream } from "../../transport/mod.ts";
import { fieldOf } from "../../grpc/mod.ts";

/** What somebody is told who expects web pages here. */
const BODY: Uint8Array = new TextEncoder().encode(
  "This is a gRPC server: it takes POST requests with content-type application/grpc.\n",
);

/** Octets that are read of a request before it is refused. */
const MOST_READ = 16_384;

/**
 * Refuses a request with a response that is one field section.
 *
 * A request without content type was not even meant for gRPC: it comes of a
 * browser, a health check of a load balancer, a port scan. It is answered as
 * HTTP is, with a text for people unless it is a POST, and once it has ended:
 * whatever is malformed about it has been seen by then.
 */
export function refuse(
  stream: TransportStream,
  request: readonly HeaderField[],
  endStream: boolean,
  response: readonly HeaderField[],
): StreamConsumer | undefined {
  if (fieldOf(request, "content-type") !== undefined) {
    return void stream.refuse(response);
  }
  const answer = () => {
    const method = fieldOf(request, ":method");
    if (method === "POST" || method === "HEAD") stream.refuse(response);
    else stream.refuse(response.map(asText), BODY);
  };
  return endStream ? void answer() : new ForeignRequest(stream, answer);
}

/** What is left of a request that is none of gRPC. */
class ForeignRequest implements StreamConsumer {
  readonly #stream: TransportStream;
  readonly #answer: () => void;
  #left = MOST_READ;

  /** Answers it when it has ended, or goes on for too long. */
  constructor(stream: TransportStream, answer: () => void) {
    this.#stream = stream;
    this.#answer = answer;
  }

  onHeaders(): void {
    this.#answer();
  }

  onData(data: Uint8Array, endStream: boolean): void {
    this.#stream.consumed(data.length);
    this.#left -= data.length;
    if (endStream || this.#left < 0) this.#answer();
  }

  onWritable(): void {}

  onReset(): void {}

  onClosed(): void {}
}

function asText(field: HeaderField): HeaderField {
  return field[0] === "content-type" ? ["content-type", "text/plain"] : field;
}
