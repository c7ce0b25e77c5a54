import assert from "node:assert/strict";
import type { DescService } from "@bufbuild/protobuf";
import {
  type CallOptions,
  Code,
  ConnectError,
  createClient,
  encodeBinaryHeader,
} from "npm:@connectrpc/connect@2.1.2";
import {
  createGrpcTransport,
  Http2SessionManager,
} from "npm:@connectrpc/connect-node@2.1.2";
import type { OutputRequest, Payload } from "../../cases/test_service.ts";
import type { Services } from "./services.ts";

// deno-lint-ignore no-explicit-any
type AnyClient = any;

/** What a case calls. */
interface Clients {
  readonly test: AnyClient;
  readonly unimplemented: AnyClient;
}

const REQUEST_SIZES = [27_182, 8, 1_828, 45_904];
const RESPONSE_SIZES = [31_415, 9, 2_653, 58_979];
const LARGE = { responseSize: 314_159, payload: zeros(271_828) };

const INITIAL = ["x-grpc-test-echo-initial", "test_initial_metadata_value"];
const TRAILING = [
  "x-grpc-test-echo-trailing-bin",
  encodeBinaryHeader(Uint8Array.of(0xab, 0xab, 0xab)),
];

/** Runs a case, and rejects if it fails. */
export async function runCase(
  { test, unimplemented }: Services,
  baseUrl: string,
  name: string,
): Promise<void> {
  const run = cases[name];
  if (run === undefined) throw new Error(`Unsupported test case: ${name}`);
  const sessionManager = new Http2SessionManager(baseUrl);
  const transport = createGrpcTransport({ baseUrl, sessionManager });
  const client = (service: DescService) => createClient(service, transport);
  await run({ test: client(test), unimplemented: client(unimplemented) });
  sessionManager.abort();
}

const cases: Record<string, (clients: Clients) => Promise<void>> = {
  async empty_unary({ test }) {
    await test.emptyCall({});
  },

  async large_unary({ test }) {
    assertZeros(await test.unaryCall(LARGE), 314_159);
  },

  async client_streaming({ test }) {
    const requests = from(REQUEST_SIZES.map((n) => ({ payload: zeros(n) })));
    const response = await test.streamingInputCall(requests);
    assert.equal(response.aggregatedPayloadSize, 74_922);
  },

  async server_streaming({ test }) {
    const responseParameters = RESPONSE_SIZES.map((size) => ({ size }));
    const responses = test.streamingOutputCall({ responseParameters });
    assert.deepEqual(await sizesOf(responses), RESPONSE_SIZES);
  },

  async ping_pong({ test }) {
    const requests = new Queue();
    const responses = test.fullDuplexCall(requests)[Symbol.asyncIterator]();
    for (const [index, size] of REQUEST_SIZES.entries()) {
      requests.push(ping(size, RESPONSE_SIZES[index]));
      assertZeros((await responses.next()).value, RESPONSE_SIZES[index]);
    }
    requests.end();
    assert.equal((await responses.next()).done, true);
  },

  async empty_stream({ test }) {
    assert.deepEqual(await sizesOf(test.fullDuplexCall(from([]))), []);
  },

  async cancel_after_begin({ test }) {
    const controller = new AbortController();
    const requests = new Queue();
    const call = test.streamingInputCall(requests, {
      signal: controller.signal,
    });
    // It asks for the first message once its headers are on their way.
    await requests.asked;
    controller.abort();
    await assertStatus(call, Code.Canceled);
  },

  async cancel_after_first_response({ test }) {
    const controller = new AbortController();
    const requests = new Queue();
    const responses = test.fullDuplexCall(requests, {
      signal: controller.signal,
    })[Symbol.asyncIterator]();
    requests.push(ping(27_182, 31_415));
    assertZeros((await responses.next()).value, 31_415);
    controller.abort();
    await assertStatus(responses.next(), Code.Canceled);
  },

  async timeout_on_sleeping_server({ test }) {
    const requests = new Queue();
    requests.push({ payload: zeros(27_182) });
    const responses = test.fullDuplexCall(requests, { timeoutMs: 1 });
    await assertStatus(sizesOf(responses), Code.DeadlineExceeded);
  },

  status_code_and_message: (clients) =>
    statusCase(clients, "test status message"),

  special_status_message: (clients) =>
    statusCase(
      clients,
      "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n",
    ),

  unimplemented_method: ({ test }) =>
    assertStatus(test.unimplementedCall({}), Code.Unimplemented),

  unimplemented_service: ({ unimplemented }) =>
    assertStatus(unimplemented.unimplementedCall({}), Code.Unimplemented),

  async custom_metadata({ test }) {
    await assertEcho(async (options) => {
      assertZeros(await test.unaryCall(LARGE, options), 314_159);
    });
    await assertEcho(async (options) => {
      const requests = from([ping(271_828, 314_159)]);
      const responses = test.fullDuplexCall(requests, options);
      assert.deepEqual(await sizesOf(responses), [314_159]);
    });
  },
};

/** Requests that are sent one by one. */
class Queue implements AsyncIterable<OutputRequest> {
  /** Resolves when a request is asked for. */
  readonly asked: Promise<void>;
  readonly #requests: OutputRequest[] = [];
  #ended = false;
  #tellAsked!: () => void;
  #tellNews = () => {};

  constructor() {
    this.asked = new Promise((resolve) => this.#tellAsked = resolve);
  }

  push(request: OutputRequest): void {
    this.#requests.push(request);
    this.#tellNews();
  }

  end(): void {
    this.#ended = true;
    this.#tellNews();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<OutputRequest> {
    this.#tellAsked();
    for (;;) {
      const request = this.#requests.shift();
      if (request !== undefined) yield request;
      else if (this.#ended) return;
      else await new Promise<void>((resolve) => this.#tellNews = resolve);
    }
  }
}

async function* from<T>(messages: readonly T[]): AsyncGenerator<T> {
  yield* messages;
}

function zeros(size: number): Payload {
  return { body: new Uint8Array(size) };
}

function ping(requestSize: number, size: number): OutputRequest {
  return { responseParameters: [{ size }], payload: zeros(requestSize) };
}

async function statusCase({ test }: Clients, message: string): Promise<void> {
  const responseStatus = { code: Code.Unknown, message };
  await assertStatus(test.unaryCall({ responseStatus }), Code.Unknown, message);
  await assertStatus(
    sizesOf(test.fullDuplexCall(from([{ responseStatus }]))),
    Code.Unknown,
    message,
  );
}

async function sizesOf(
  responses: AsyncIterable<{ payload: Payload }>,
): Promise<number[]> {
  const sizes: number[] = [];
  for await (const { payload } of responses) sizes.push(payload.body.length);
  return sizes;
}

function assertZeros({ payload }: { payload: Payload }, size: number): void {
  assert.equal(payload.body.length, size);
  assert.ok(payload.body.every((octet) => octet === 0));
}

async function assertStatus(
  call: Promise<unknown>,
  code: Code,
  message?: string,
): Promise<void> {
  try {
    await call;
  } catch (error) {
    assert.ok(error instanceof ConnectError, String(error));
    assert.equal(error.code, code, error.message);
    if (message !== undefined) assert.equal(error.rawMessage, message);
    return;
  }
  assert.fail(`expected ${Code[code]}, received a response`);
}

/** Asserts that the server echoes metadata, as headers and as trailers. */
async function assertEcho(
  call: (options: CallOptions) => Promise<void>,
): Promise<void> {
  let headers = new Headers();
  let trailers = new Headers();
  await call({
    headers: [INITIAL, TRAILING] as [string, string][],
    onHeader: (received) => headers = received,
    onTrailer: (received) => trailers = received,
  });
  assert.equal(headers.get(INITIAL[0]), INITIAL[1]);
  assert.equal(trailers.get(TRAILING[0]), TRAILING[1]);
}
