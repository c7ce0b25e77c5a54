import { assertEquals } from "@std/assert";
import type { Client } from "../../../mod.ts";
import type { OutputRequest, TestService } from "../cases/test_service.ts";

/** A stream that is open and quiet. */
export interface HeldStream extends AsyncDisposable {
  /** Rejects when the stream is lost. */
  lost(): Promise<unknown>;
}

/** Opens a stream on which one message went out and came back. */
export async function hold(test: Client<TestService>): Promise<HeldStream> {
  const { readable, writable } = new TransformStream<OutputRequest>(
    {},
    undefined,
    { highWaterMark: 1 },
  );
  const writer = writable.getWriter();
  const controller = new AbortController();
  const replies = test.FullDuplexCall(readable, { signal: controller.signal });
  await writer.write({ responseParameters: [{ size: 10 }] });
  const { value } = await replies.next();
  assertEquals(value?.payload?.body.length, 10);
  const next = replies.next();
  const ended = next.catch(() => {});
  return {
    lost: () => next,
    async [Symbol.asyncDispose]() {
      controller.abort();
      await ended;
    },
  };
}
