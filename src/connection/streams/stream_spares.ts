import { Spares } from "../../collections/mod.ts";
import { ReceiveWindow, SendWindow } from "./flow_window.ts";
import type { ContentLeft } from "./message_rules.ts";
import { SendQueue } from "./send_queue.ts";
import type { Stream, StreamState } from "./stream.ts";

/** Streams that are kept: more than most connections have open. */
const MOST = 128;

/**
 * Streams that ended with nothing left to send, for the next ones that open: with
 * its windows and its queue, each is more than all that it carries in a short
 * call.
 */
const spares = new Spares<Stream>(MOST);

/** A stream that opens. */
export function openStream(
  id: number,
  state: StreamState,
  sendWindow: number,
  receiveWindow: number,
  contentLeft: ContentLeft,
  isHead: boolean,
): Stream {
  const stream = spares.take();
  if (stream === undefined) {
    return {
      id,
      state,
      send: new SendWindow(sendWindow),
      receive: new ReceiveWindow(receiveWindow),
      queue: new SendQueue(),
      line: undefined,
      ahead: undefined,
      behind: undefined,
      contentLeft,
      isHead,
    };
  }
  stream.id = id;
  stream.state = state;
  stream.send.begin(sendWindow);
  stream.receive.begin(receiveWindow);
  stream.contentLeft = contentLeft;
  stream.isHead = isHead;
  return stream;
}

/**
 * A stream has ended: it stands in no line, nothing is left of what it had to
 * send, and who ended it looks at its identifier at the most, and at once: the next
 * frame may open it as another one.
 */
export function keepStream(stream: Stream): void {
  stream.queue.begin();
  spares.keep(stream);
}
