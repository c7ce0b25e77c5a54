import {
  type Frame,
  FrameType,
  type FrameWriter,
} from "../../../src/frames/mod.ts";
import { RawPeer } from "../../harness/raw_peer.ts";
import { ForeignEnd } from "./foreign.ts";

/** How a response looks on the wire. */
export interface Response {
  /** The field sections. */
  readonly sections: Record<string, string>[];
  /** The octets of all DATA. */
  readonly octets: number;
  /** The code of RST_STREAM, if there was one. */
  readonly reset: number | undefined;
}

/** A client that says just what the test scripts. */
export class ForeignClient extends ForeignEnd implements Disposable {
  /** Connects to a server on the loopback interface, and greets. */
  static async greet(port: number): Promise<ForeignClient> {
    return new ForeignClient(await RawPeer.greet(port));
  }

  /** Says frames, and reads the response on a stream to its end. */
  async exchange(
    streamId: number,
    say: (writer: FrameWriter) => void,
  ): Promise<Response> {
    await this.peer.say(say);
    return await this.response(streamId);
  }

  /** Reads the response on a stream: to the reset that follows it, if any. */
  async response(streamId: number): Promise<Response> {
    const sections: Record<string, string>[] = [];
    let octets = 0;
    for (;;) {
      const frame = await this.onStream(streamId);
      if (frame.type === FrameType.RST_STREAM) {
        return { sections, octets, reset: frame.errorCode };
      }
      if (frame.type === FrameType.HEADERS) sections.push(this.fieldsOf(frame));
      if (frame.type === FrameType.DATA) octets += frame.data.length;
      if (ends(frame)) return { sections, octets, reset: undefined };
    }
  }

  /** Closes the connection. */
  [Symbol.dispose](): void {
    this.peer[Symbol.dispose]();
  }
}

function ends(frame: Frame): boolean {
  return "endStream" in frame && frame.endStream;
}
