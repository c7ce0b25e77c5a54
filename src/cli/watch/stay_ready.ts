import type { Channel } from "../../../mod.ts";

/** Has a channel connect, and connect again when it is lost, until it is closed. */
export async function stayReady(
  channel: Channel,
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    try {
      await channel.ready({ signal: stop });
    } catch (error) {
      if (stop.aborted) return;
      throw error;
    }
    for await (const { state } of channel.changes()) {
      if (state !== "READY") break;
    }
  }
}
