import { DialError, messageOf } from "../../transport/mod.ts";
import { Link, type LinkSetup } from "./link.ts";

/**
 * Connects for the first time; what is wrong is told in one line, with what to
 * do about it.
 *
 * @throws {DialError} If there is no connection to be had.
 */
export async function firstLink(setup: LinkSetup): Promise<Link> {
  try {
    return await Link.open(setup);
  } catch (error) {
    setup.signal.throwIfAborted();
    if (!(error instanceof DialError)) throw error;
    const advice = await adviceOn(error, setup);
    if (advice === undefined) throw error;
    const [, message = error.message] = /^Cannot connect to .*?: (.*)$/s
      .exec(error.message) ?? [];
    const { target, phase } = error;
    throw new DialError(target, phase, `${message}; ${advice}`, error);
  }
}

async function adviceOn(
  { phase, message }: DialError,
  setup: LinkSetup,
): Promise<string | undefined> {
  if (phase !== "http2" || setup.tls !== false) return undefined;
  if (message.includes("HTTP/1")) {
    return "the server speaks HTTP/1 without TLS, gRPC needs HTTP/2";
  }
  return await speaksTls(setup)
    ? "the server speaks TLS on this port: use tls"
    : undefined;
}

/** Whether a server that says nothing without TLS says something with it. */
async function speaksTls(setup: LinkSetup): Promise<boolean> {
  try {
    await using _link = await Link.open({ ...setup, tls: true });
    return true;
  } catch (error) {
    setup.signal.throwIfAborted();
    const isTls = error instanceof DialError && error.phase === "tls";
    return isTls && /certificate|ALPN|alert/.test(messageOf(error));
  }
}
