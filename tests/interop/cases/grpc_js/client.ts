import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { once } from "node:events";
import { promisify } from "node:util";
import * as grpc from "npm:@grpc/grpc-js@1.14.7";
import type {
  EchoStatus,
  OutputResponse,
  Payload,
  TestServices,
} from "../test_service.ts";

// deno-lint-ignore no-explicit-any
type AnyClient = any;
type Options = Record<string, unknown>;
type ClientCase = (connect: Connect) => Promise<void>;

interface Connect {
  test(options?: grpc.ClientOptions): AnyClient;
  unimplemented(): AnyClient;
}

const GZIP: grpc.ClientOptions = {
  "grpc.default_compression_algorithm": grpc.compressionAlgorithms.gzip,
};
const NO_COMPRESS = 2;

const REQUEST_SIZES = [27_182, 8, 1_828, 45_904];
const RESPONSE_SIZES = [31_415, 9, 2_653, 58_979];
const LARGE = { responseSize: 314_159, payload: zeros(271_828) };

const INITIAL_KEY = "x-grpc-test-echo-initial";
const INITIAL_VALUE = "test_initial_metadata_value";
const TRAILING_KEY = "x-grpc-test-echo-trailing-bin";
const TRAILING_VALUE = Buffer.of(0xab, 0xab, 0xab);

/** Runs a case, and rejects if it fails. */
export async function runCase(
  { testService, unimplementedService }: TestServices,
  target: string,
  name: string,
): Promise<void> {
  const open: grpc.Client[] = [];
  const connect = (service: object, options: grpc.ClientOptions = {}) => {
    const Client = grpc.makeGenericClientConstructor(
      service as grpc.ServiceDefinition,
      "",
    );
    const client = new Client(
      target,
      grpc.credentials.createInsecure(),
      options,
    );
    open.push(client);
    return client;
  };
  const run = clientCases[name];
  if (run === undefined) throw new Error(`Unsupported test case: ${name}`);
  await run({
    test: (options) => connect(testService, options),
    unimplemented: () => connect(unimplementedService),
  });
  for (const client of open) client.close();
}

const clientCases: Record<string, ClientCase> = {
  async empty_unary(connect) {
    const { response } = await unary(connect.test(), "EmptyCall", {});
    assert.deepEqual(response, {});
  },

  async large_unary(connect) {
    const { response } = await unary(connect.test(), "UnaryCall", LARGE);
    assertZeros(response, 314_159);
  },

  async client_streaming(connect) {
    const { call, done } = clientStream(connect.test());
    for (const size of REQUEST_SIZES) call.write({ payload: zeros(size) });
    call.end();
    assert.equal((await done).response?.aggregatedPayloadSize, 74_922);
  },

  async server_streaming(connect) {
    const responseParameters = RESPONSE_SIZES.map((size) => ({ size }));
    const call = connect.test().StreamingOutputCall({ responseParameters });
    assert.deepEqual(await sizesOf(call), RESPONSE_SIZES);
  },

  async ping_pong(connect) {
    const call = connect.test().FullDuplexCall();
    for (const [index, size] of REQUEST_SIZES.entries()) {
      call.write(ping(size, RESPONSE_SIZES[index]));
      const [response] = await once(call, "data");
      assertZeros(response, RESPONSE_SIZES[index]);
    }
    call.end();
    assert.deepEqual(await sizesOf(call), []);
  },

  async empty_stream(connect) {
    const call = connect.test().FullDuplexCall();
    call.end();
    assert.deepEqual(await sizesOf(call), []);
  },

  async cancel_after_begin(connect) {
    const client = connect.test();
    await promisify(client.waitForReady).call(client, Date.now() + 5_000);
    const metadata = new grpc.Metadata();
    metadata.set("x-headers-first", "true");
    const { call, done } = clientStream(client, metadata);
    await once(call, "metadata");
    call.cancel();
    assert.equal((await done).error?.code, grpc.status.CANCELLED);
  },

  async cancel_after_first_response(connect) {
    const call = connect.test().FullDuplexCall();
    call.write(ping(27_182, 31_415));
    const [response] = await once(call, "data");
    assertZeros(response, 31_415);
    call.cancel();
    await assertStatus(call, grpc.status.CANCELLED);
  },

  async timeout_on_sleeping_server(connect) {
    const call = connect.test().FullDuplexCall({ deadline: Date.now() + 1 });
    call.write({ payload: zeros(27_182) });
    await assertStatus(call, grpc.status.DEADLINE_EXCEEDED);
  },

  async status_code_and_message(connect) {
    const status = {
      code: grpc.status.UNKNOWN,
      message: "test status message",
    };
    await assertUnaryEcho(connect.test(), status);
    const call = connect.test().FullDuplexCall();
    call.write({ responseStatus: status });
    call.end();
    await assertStatus(call, status.code, status.message);
  },

  async special_status_message(connect) {
    await assertUnaryEcho(connect.test(), {
      code: grpc.status.UNKNOWN,
      message:
        "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n",
    });
  },

  async unimplemented_method(connect) {
    const { error } = await unary(connect.test(), "UnimplementedCall", {});
    assert.equal(error?.code, grpc.status.UNIMPLEMENTED);
  },

  async unimplemented_service(connect) {
    const client = connect.unimplemented();
    const { error } = await unary(client, "UnimplementedCall", {});
    assert.equal(error?.code, grpc.status.UNIMPLEMENTED);
  },

  async custom_metadata(connect) {
    const metadata = new grpc.Metadata();
    metadata.set(INITIAL_KEY, INITIAL_VALUE);
    metadata.set(TRAILING_KEY, TRAILING_VALUE);

    const client = connect.test();
    const { response, headers, trailers } = await unary(
      client,
      "UnaryCall",
      LARGE,
      metadata,
    );
    assertZeros(response, 314_159);
    assertEcho(headers, trailers);

    const call = client.FullDuplexCall(metadata);
    call.write(ping(271_828, 314_159));
    call.end();
    const ends = Promise.all([once(call, "metadata"), once(call, "status")]);
    assert.deepEqual(await sizesOf(call), [314_159]);
    const [[streamHeaders], [status]] = await ends;
    assertEcho(streamHeaders, status.metadata);
  },

  async client_compressed_unary(connect) {
    const probe = { ...LARGE, expectCompressed: { value: true } };
    const { error } = await unary(connect.test(), "UnaryCall", probe);
    assert.equal(error?.code, grpc.status.INVALID_ARGUMENT);
    await clientCases.client_compressed_unary_noprobe(connect);
  },

  async client_compressed_unary_noprobe(connect) {
    for (const value of [true, false]) {
      const client = connect.test(value ? GZIP : {});
      const request = { ...LARGE, expectCompressed: { value } };
      const { response } = await unary(client, "UnaryCall", request);
      assertZeros(response, 314_159);
    }
  },

  async client_compressed_streaming(connect) {
    const { call, done } = clientStream(connect.test(GZIP));
    const probe = { expectCompressed: { value: true }, payload: zeros(27_182) };
    call.write(probe, NO_COMPRESS);
    call.end();
    assert.equal((await done).error?.code, grpc.status.INVALID_ARGUMENT);
    await clientCases.client_compressed_streaming_noprobe(connect);
  },

  async client_compressed_streaming_noprobe(connect) {
    const { call, done } = clientStream(connect.test(GZIP));
    call.write({ expectCompressed: { value: true }, payload: zeros(27_182) });
    call.write(
      { expectCompressed: { value: false }, payload: zeros(45_904) },
      NO_COMPRESS,
    );
    call.end();
    assert.equal((await done).response?.aggregatedPayloadSize, 73_086);
  },

  async server_compressed_unary(connect) {
    for (const value of [true, false]) {
      const request = { ...LARGE, responseCompressed: { value } };
      const { response } = await unary(connect.test(), "UnaryCall", request);
      assertZeros(response, 314_159);
    }
  },

  async server_compressed_streaming(connect) {
    const responseParameters = [
      { size: 31_415, compressed: { value: true } },
      { size: 92_653, compressed: { value: false } },
    ];
    const call = connect.test().StreamingOutputCall({ responseParameters });
    assert.deepEqual(await sizesOf(call), [31_415, 92_653]);
  },
};

interface UnaryResult {
  readonly error?: grpc.ServiceError | null;
  // deno-lint-ignore no-explicit-any
  readonly response?: any;
  readonly headers?: grpc.Metadata;
  readonly trailers?: grpc.Metadata;
}

async function unary(
  client: AnyClient,
  method: string,
  request: object,
  metadata: grpc.Metadata = new grpc.Metadata(),
  options: Options = {},
): Promise<UnaryResult> {
  return await new Promise((resolve) => {
    let headers: grpc.Metadata;
    let trailers: grpc.Metadata;
    let result: UnaryResult;
    const call = client[method](
      request,
      metadata,
      options,
      (error: grpc.ServiceError | null, response: unknown) =>
        result = { error, response },
    );
    call.on("metadata", (received: grpc.Metadata) => headers = received);
    call.on("status", (status: grpc.StatusObject) => {
      trailers = status.metadata;
      setImmediate(() => resolve({ ...result, headers, trailers }));
    });
  });
}

function clientStream(
  client: AnyClient,
  metadata: grpc.Metadata = new grpc.Metadata(),
): { call: AnyClient; done: Promise<UnaryResult> } {
  let call: AnyClient;
  const done = new Promise<UnaryResult>((resolve) => {
    call = client.StreamingInputCall(
      metadata,
      (error: grpc.ServiceError | null, response: unknown) =>
        resolve({ error, response }),
    );
  });
  return { call, done };
}

function zeros(size: number): Payload {
  return { body: new Uint8Array(size) };
}

function ping(requestSize: number, size: number): object {
  return { responseParameters: [{ size }], payload: zeros(requestSize) };
}

async function sizesOf(call: AsyncIterable<OutputResponse>): Promise<number[]> {
  const sizes: number[] = [];
  for await (const { payload } of call) sizes.push(payload?.body.length ?? 0);
  return sizes;
}

function assertZeros(
  response: { payload?: Payload | null } | undefined,
  size: number,
): void {
  assert.ok(response?.payload, "expected a payload");
  assert.ok(Buffer.alloc(size).equals(response.payload.body));
}

async function assertStatus(
  call: AsyncIterable<OutputResponse>,
  code: number,
  details?: string,
): Promise<void> {
  await assert.rejects(sizesOf(call), (error: grpc.ServiceError) => {
    assert.equal(error.code, code, error.message);
    if (details !== undefined) assert.equal(error.details, details);
    return true;
  });
}

async function assertUnaryEcho(
  client: AnyClient,
  responseStatus: EchoStatus,
): Promise<void> {
  const { error } = await unary(client, "UnaryCall", { responseStatus });
  assert.equal(error?.code, responseStatus.code);
  assert.equal(error?.details, responseStatus.message);
}

function assertEcho(
  headers: grpc.Metadata | undefined,
  trailers: grpc.Metadata | undefined,
): void {
  assert.deepEqual(headers?.get(INITIAL_KEY), [INITIAL_VALUE]);
  assert.deepEqual(trailers?.get(TRAILING_KEY), [TRAILING_VALUE]);
}
