import {
  encodeHeaders,
  encodeSettings,
  encodeWindowUpdate,
  type Frame,
  type Setting,
  SettingId,
} from "../../src/frames/mod.ts";
import { BLOCK, client, type Endpoint, FIELDS, server } from "./support.ts";

/** A window that holds nothing up. */
export const HUGE_WINDOW = 2 ** 30;

/** A server with requests that have ended, and windows that hold nothing up. */
export function serving(streams: number): Endpoint {
  const end = server({ maxConcurrentStreams: Infinity });
  end.say((writer) => {
    encodeSettings(writer, [[SettingId.INITIAL_WINDOW_SIZE, HUGE_WINDOW]]);
    encodeWindowUpdate(writer, 0, HUGE_WINDOW);
    for (let i = 0; i < streams; i++) {
      encodeHeaders(writer, 2 * i + 1, BLOCK, true, true);
    }
  });
  end.takeEvents();
  return end;
}

/** A client with requests that go on. */
export function requesting(
  streams: number,
  settings: Setting[] = [],
): Endpoint {
  const end = client(settings);
  for (let i = 0; i < streams; i++) end.streams.sender.open(FIELDS, false);
  end.sent();
  return end;
}

/** The peer lets more be sent; answers with what is. */
export function windowUpdate(
  end: Endpoint,
  streamId: number,
  size: number,
): Frame[] {
  return end.say((writer) => encodeWindowUpdate(writer, streamId, size));
}
