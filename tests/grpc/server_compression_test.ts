import { assert, assertEquals, assertThrows } from "@std/assert";
import { compress } from "../../src/grpc/messages/compression.ts";
import { frameMessage } from "../../src/grpc/messages/framing.ts";
import {
  GrpcError,
  type MessageEncoding,
  Status,
  uncompressed,
} from "../../src/grpc/mod.ts";
import { runHandler } from "../../src/server/calls/run_handler.ts";
import { ServerCall } from "../../src/server/calls/server_call.ts";
import { systemClock } from "../../src/runtime/mod.ts";
import type { Transport } from "../../src/transport/mod.ts";
import { headOf } from "./support/head_of.ts";
import { FakeStream } from "./support/fake_stream.ts";
import { flagsOf } from "./support/take_all.ts";
import { rawMethod } from "./support/played_call.ts";
import { refusedAs } from "../harness/refused.ts";

const ZEROS = new Uint8Array(1_000);

/** A call at a server whose responses have an encoding by default. */
class Scene {
  readonly fake = new FakeStream();
  readonly call: ServerCall;

  constructor(
    responseEncoding: MessageEncoding = "identity",
    accepted: string | null = "identity,gzip",
  ) {
    const transport = { clock: systemClock } as Transport;
    const setup = { transport, maxReceiveLength: 10_000 };
    this.call = new ServerCall(setup, this.fake.stream, {
      ...headOf("/test.Raw/Both"),
      fields: accepted === null ? [] : [["grpc-accept-encoding", accepted]],
      requestEncoding: "gzip",
      responseEncoding,
    });
  }

  /** The encoding that the headers announce. */
  get announced(): string | undefined {
    return this.fake.fields[0].find(([name]) => name === "grpc-encoding")?.[1];
  }

  /** The compressed flags of the responses. */
  get flags(): boolean[] {
    return flagsOf(this.fake.octets);
  }

  /** Requests arrive. */
  async receive(...compressed: boolean[]): Promise<void> {
    for (const flag of compressed) {
      const payload = flag ? await compress(ZEROS) : ZEROS;
      for (const piece of frameMessage(payload, flag)) {
        this.call.onData(piece, false);
      }
    }
    this.call.onRequestsEnd();
  }

  /** Runs a handler with a stream of responses. */
  async stream(
    handler: (call: ServerCall) => Iterable<Uint8Array>,
  ): Promise<void> {
    await runHandler(
      {
        method: rawMethod("Both", true, true) as never,
        handler: (_requests, call) => handler(call as ServerCall),
      },
      this.call,
    );
    this.call.finish();
  }
}

Deno.test("A handler has its responses compressed", async () => {
  const scene = new Scene();
  assertEquals(scene.call.compression, "identity");
  await scene.stream(function* (call) {
    call.compression = "gzip";
    yield ZEROS;
    yield ZEROS;
  });
  assertEquals(scene.call.compression, "gzip");
  assertEquals(scene.announced, "gzip");
  assertEquals(scene.flags, [true, true]);
});

Deno.test("A handler of a server that compresses sends without compression", async () => {
  const scene = new Scene("gzip");
  assertEquals(scene.call.compression, "gzip");
  await scene.stream(function* (call) {
    call.compression = "identity";
    yield ZEROS;
  });
  assertEquals(scene.announced, undefined);
  assertEquals(scene.flags, [false]);
});

for (
  const accepted of [null, "", "identity", "identity,deflate", "gzip2"]
) {
  Deno.test(`A client that accepts "${accepted}" is not sent gzip`, async () => {
    const scene = new Scene("identity", accepted);
    await scene.stream(function* (call) {
      call.compression = "gzip";
      assertEquals(call.compression, "identity");
      yield ZEROS;
    });
    assertEquals(scene.announced, undefined);
    assertEquals(scene.flags, [false]);
  });
}

Deno.test("Once the headers are sent, the compression is fixed", () => {
  const { call } = new Scene("gzip");
  call.sendHeaders();
  for (const encoding of ["identity", "gzip"] as const) {
    assertThrows(
      () => call.compression = encoding,
      TypeError,
      "Cannot set the compression of /test.Raw/Both: its initial metadata, which announces it, has been sent",
    );
  }
  assertEquals(call.compression, "gzip");
});

Deno.test("A compression that is none is refused, and changes nothing", () => {
  const { call } = new Scene("gzip");
  for (const encoding of ["br", "", undefined, null, 1]) {
    assertThrows(
      () => call.compression = encoding as MessageEncoding,
      refusedAs(encoding, "string"),
      `Cannot use compression: expected "identity" or "gzip", received ${
        typeof encoding === "string" ? `"${encoding}"` : encoding
      }`,
    );
  }
  assertEquals(call.compression, "gzip");
});

Deno.test("A call that has ended takes a compression, to no effect", () => {
  const { call, fake } = new Scene();
  call.fail(new GrpcError(Status.CANCELLED, "gone"));
  call.compression = "gzip";
  call.finish();
  assertEquals(fake.fields.length, 1);
});

Deno.test("Single responses of a stream go without compression", async () => {
  const scene = new Scene("gzip");
  await scene.stream(() => [
    ZEROS.slice(),
    uncompressed(ZEROS.slice()),
    ZEROS.slice(),
  ]);
  assertEquals(scene.announced, "gzip");
  assertEquals(scene.flags, [true, false, true]);
});

Deno.test("An only response goes without compression", async () => {
  for (const isMarked of [false, true]) {
    const scene = new Scene("gzip");
    await scene.receive(false);
    const payload = await runHandler(
      {
        method: rawMethod("Unary", false, false) as never,
        handler: () => isMarked ? uncompressed(ZEROS.slice()) : ZEROS.slice(),
      },
      scene.call,
    );
    assert(payload !== undefined);
    await scene.call.finishWith(payload);
    assertEquals(scene.announced, "gzip");
    assertEquals(scene.flags, [!isMarked]);
  }
});

Deno.test("A handler sees of each request whether it was compressed", async () => {
  const scene = new Scene();
  const seen: boolean[] = [scene.call.requestCompressed];
  await scene.receive(true, false, true);
  await runHandler(
    {
      method: rawMethod("Up", true, false) as never,
      handler: async (requests: AsyncIterable<Uint8Array>, call) => {
        for await (const request of requests) {
          assertEquals(request, ZEROS);
          seen.push(call.requestCompressed);
        }
        seen.push(call.requestCompressed);
        return ZEROS;
      },
    },
    scene.call,
  );
  assertEquals(seen, [false, true, false, true, true]);
});

Deno.test("A handler sees of the only request whether it was compressed", async () => {
  for (const flag of [true, false]) {
    const scene = new Scene();
    await scene.receive(flag);
    await runHandler(
      {
        method: rawMethod("Unary", false, false) as never,
        handler: (request, call) => {
          assertEquals(call.requestCompressed, flag);
          return request;
        },
      },
      scene.call,
    );
  }
});
