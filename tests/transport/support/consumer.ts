import type { StreamConsumer } from "../../../src/transport/mod.ts";

/** A consumer that ignores all but what it is given handlers for. */
export function consumer(
  handlers: Partial<StreamConsumer> = {},
): StreamConsumer {
  const ignore = () => {};
  return {
    onHeaders: ignore,
    onData: ignore,
    onWritable: ignore,
    onReset: ignore,
    onClosed: ignore,
    ...handlers,
  };
}
