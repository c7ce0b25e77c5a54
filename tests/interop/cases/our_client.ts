/**
 * The cases, run with the client of this module.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type CallOptions,
  type Client,
  GrpcError,
  Metadata,
  Status,
  uncompressed,
} from "../../../mod.ts";
import type {
  InputRequest,
  OutputRequest,
  OutputResponse,
  Payload,
  SimpleRequest,
  TestService,
  UnimplementedService,
} from "./test_service.ts";

/** Clients of the services of `grpc.testing`. */
export interface Clients {
  readonly test: Client<TestService>;
  readonly unimplemented: Client<UnimplementedService>;
  /** Resolves when a call has begun; a call itself does not tell. */
  untilBegun(): Promise<void>;
}

/** Runs a case; `options` are for all of its calls. */
export type ClientCase = (
  clients: Clients,
  options: CallOptions,
) => Promise<void>;

const REQUEST_SIZES: readonly number[] = [27_182, 8, 1_828, 45_904];
const RESPONSE_SIZES: readonly number[] = [31_415, 9, 2_653, 58_979];
const LARGE: SimpleRequest = {
  responseSize: 314_159,
  payload: zeros(271_828),
};

const INITIAL_KEY = "x-grpc-test-echo-initial";
const INITIAL_VALUE = "test_initial_metadata_value";
const TRAILING_KEY = "x-grpc-test-echo-trailing-bin";
const TRAILING_VALUE: Uint8Array = Uint8Array.of(0xab, 0xab, 0xab);

/** The cases by their names. */
export const clientCases: Readonly<Record<string, ClientCase>> = {
  async empty_unary({ test }, options) {
    assertEquals(await test.EmptyCall({}, options), {});
  },

  async large_unary({ test }, options) {
    assertLarge(await test.UnaryCall(LARGE, options));
  },

  async client_streaming({ test }, options) {
    const requests = REQUEST_SIZES.map((size) => ({ payload: zeros(size) }));
    const response = await test.StreamingInputCall(requests, options);
    assertEquals(response.aggregatedPayloadSize, 74_922);
  },

  async server_streaming({ test }, options) {
    const responseParameters = RESPONSE_SIZES.map((size) => ({ size }));
    const responses = test.StreamingOutputCall({ responseParameters }, options);
    assertEquals(await sizesOf(responses), RESPONSE_SIZES);
  },

  async ping_pong({ test }, options) {
    const { requests, writer } = pipe();
    const responses = test.FullDuplexCall(requests, options);
    for (const [index, size] of REQUEST_SIZES.entries()) {
      await writer.write(ping(size, RESPONSE_SIZES[index]));
      const { done, value } = await responses.next();
      assert(!done, `expected response ${index}, received the end`);
      assertZeros(value.payload, RESPONSE_SIZES[index]);
    }
    await writer.close();
    assertEquals(await sizesOf(responses), []);
  },

  async empty_stream({ test }, options) {
    assertEquals(await sizesOf(test.FullDuplexCall([], options)), []);
  },

  async cancel_after_begin({ test, untilBegun }, options) {
    const controller = new AbortController();
    const { signal } = controller;
    const { requests } = pipe<InputRequest>();
    const call = test.StreamingInputCall(requests, { ...options, signal });
    const cancelled = assertStatus(call, Status.CANCELLED);
    await untilBegun();
    controller.abort();
    await cancelled;
  },

  async cancel_after_first_response({ test }, options) {
    const controller = new AbortController();
    const { signal } = controller;
    const { requests, writer } = pipe();
    const responses = test.FullDuplexCall(requests, { ...options, signal });
    await writer.write(ping(27_182, 31_415));
    const { value } = await responses.next();
    assertZeros(value?.payload, 31_415);
    controller.abort();
    await assertStatus(responses.next(), Status.CANCELLED);
  },

  async timeout_on_sleeping_server({ test }, options) {
    const { requests, writer } = pipe();
    const responses = test.FullDuplexCall(requests, {
      ...options,
      deadline: 1,
    });
    await writer.write({ payload: zeros(27_182) });
    await assertStatus(responses.next(), Status.DEADLINE_EXCEEDED);
  },

  async status_code_and_message({ test }, options) {
    const message = "test status message";
    const responseStatus = { code: Status.UNKNOWN, message };
    await assertStatus(
      test.UnaryCall({ responseStatus }, options),
      Status.UNKNOWN,
      message,
    );
    await assertStatus(
      sizesOf(test.FullDuplexCall([{ responseStatus }], options)),
      Status.UNKNOWN,
      message,
    );
  },

  async special_status_message({ test }, options) {
    const message =
      "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";
    const responseStatus = { code: Status.UNKNOWN, message };
    await assertStatus(
      test.UnaryCall({ responseStatus }, options),
      Status.UNKNOWN,
      message,
    );
  },

  async unimplemented_method({ test }, options) {
    const call = test.UnimplementedCall({}, options);
    await assertStatus(call, Status.UNIMPLEMENTED);
  },

  async unimplemented_service({ unimplemented }, options) {
    const call = unimplemented.UnimplementedCall({}, options);
    await assertStatus(call, Status.UNIMPLEMENTED);
  },

  async custom_metadata({ test }, options) {
    await assertEcho(options, async (options) => {
      assertLarge(await test.UnaryCall(LARGE, options));
    });
    await assertEcho(options, async (options) => {
      const responses = test.FullDuplexCall([ping(271_828, 314_159)], options);
      assertEquals(await sizesOf(responses), [314_159]);
    });
  },

  async client_compressed_unary(clients, options) {
    const probe = { ...LARGE, expectCompressed: { value: true } };
    const call = clients.test.UnaryCall(probe, options);
    await assertStatus(call, Status.INVALID_ARGUMENT);
    await clientCases.client_compressed_unary_noprobe(clients, options);
  },

  async client_compressed_unary_noprobe({ test }, options) {
    for (const value of [true, false]) {
      const request = { ...LARGE, expectCompressed: { value } };
      const compression = value ? "gzip" : "identity";
      assertLarge(await test.UnaryCall(request, { ...options, compression }));
    }
  },

  async client_compressed_streaming(clients, options) {
    const probe = { expectCompressed: { value: true }, payload: zeros(27_182) };
    const call = clients.test.StreamingInputCall([uncompressed(probe)], {
      ...options,
      compression: "gzip",
    });
    await assertStatus(call, Status.INVALID_ARGUMENT);
    await clientCases.client_compressed_streaming_noprobe(clients, options);
  },

  async client_compressed_streaming_noprobe({ test }, options) {
    const requests = [
      { expectCompressed: { value: true }, payload: zeros(27_182) },
      uncompressed({
        expectCompressed: { value: false },
        payload: zeros(45_904),
      }),
    ];
    const response = await test.StreamingInputCall(requests, {
      ...options,
      compression: "gzip",
    });
    assertEquals(response.aggregatedPayloadSize, 73_086);
  },

  async server_compressed_unary({ test }, options) {
    for (const value of [true, false]) {
      const request = { ...LARGE, responseCompressed: { value } };
      assertLarge(await test.UnaryCall(request, options));
    }
  },

  async server_compressed_streaming({ test }, options) {
    const responseParameters = [
      { size: 31_415, compressed: { value: true } },
      { size: 92_653, compressed: { value: false } },
    ];
    const responses = test.StreamingOutputCall({ responseParameters }, options);
    assertEquals(await sizesOf(responses), [31_415, 92_653]);
  },
};

function zeros(size: number): Payload {
  return { body: new Uint8Array(size) };
}

function ping(requestSize: number, size: number): OutputRequest {
  return { responseParameters: [{ size }], payload: zeros(requestSize) };
}

/** Requests that are written one by one. */
function pipe<Request = OutputRequest>(): {
  requests: ReadableStream<Request>;
  writer: WritableStreamDefaultWriter<Request>;
} {
  const { readable, writable } = new TransformStream<Request>(
    {},
    undefined,
    { highWaterMark: 1 },
  );
  return { requests: readable, writer: writable.getWriter() };
}

async function sizesOf(
  responses: AsyncIterable<OutputResponse>,
): Promise<number[]> {
  const sizes: number[] = [];
  for await (const { payload } of responses) {
    const size = payload?.body.length ?? 0;
    assertZeros(payload, size);
    sizes.push(size);
  }
  return sizes;
}

function assertLarge({ payload }: { payload?: Payload | null }): void {
  assertZeros(payload, 314_159);
}

function assertZeros(payload: Payload | null | undefined, size: number): void {
  assertEquals(payload?.type, 0, "the payload type");
  assertEquals(payload?.body.length, size, "the payload size");
  assert(payload?.body.every((octet) => octet === 0), "the payload has zeros");
}

async function assertStatus(
  call: Promise<unknown>,
  code: number,
  details?: string,
): Promise<void> {
  const error = await assertRejects(() => call, GrpcError);
  assertEquals(error.code, code, error.message);
  if (details !== undefined) assertEquals(error.statusMessage, details);
}

/** Asserts that the server echoes metadata, as headers and as trailers. */
async function assertEcho(
  options: CallOptions,
  call: (options: CallOptions) => Promise<void>,
): Promise<void> {
  const metadata = new Metadata();
  metadata.set(INITIAL_KEY, INITIAL_VALUE);
  metadata.set(TRAILING_KEY, TRAILING_VALUE);
  let headers: Metadata | undefined;
  let trailers: Metadata | undefined;
  await call({
    ...options,
    metadata,
    onHeaders: (received) => headers = received,
    onTrailers: (received) => trailers = received,
  });
  assertEquals(headers?.getAll(INITIAL_KEY), [INITIAL_VALUE]);
  assertEquals(trailers?.getAll(TRAILING_KEY), [TRAILING_VALUE]);
}
