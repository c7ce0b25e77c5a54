import { GrpcError } from "../../mod.ts";
import { channelTo } from "./endpoint/mod.ts";
import { failureStatus, tellFailure } from "./failure.ts";
import { openSchema, type Schema } from "./schema/mod.ts";
import type { SchemaSettings } from "./schema_arguments.ts";
import { onStopSignal } from "./stop_signals.ts";

/** Milliseconds for the reflection of a server. */
const DEADLINE = 20_000;

/** Does something with descriptors; resolves to the exit status. */
export async function withSchema(
  { endpoint, files }: SchemaSettings,
  work: (schema: Schema) => Promise<void>,
): Promise<number> {
  const stop = new AbortController();
  using _signals = onStopSignal(() => stop.abort());
  const channel = endpoint === undefined ? undefined : channelTo(endpoint);
  try {
    await using schema = await openSchema(files, channel, {
      signal: stop.signal,
      deadline: DEADLINE,
    });
    await work(schema);
    return 0;
  } catch (error) {
    if (!(error instanceof GrpcError)) throw error;
    tellFailure(error);
    return failureStatus(error);
  } finally {
    await channel?.close();
  }
}
