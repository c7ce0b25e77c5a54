import { formatTarget, type Target } from "./address.ts";
import { onAbort, systemClock, Timer } from "../../runtime/mod.ts";
import { messageOf } from "../errors.ts";
import { connectNode, isUntrusted, startNodeTls } from "./node_tls_client.ts";
import type { ConnectOptions } from "./network.ts";
import type { AcceptedSocket, ShakingSocket } from "./socket.ts";
import { ALPN, alpnProblem } from "./alpn.ts";
import { type DialTlsOptions, needsNodeTls } from "./dial_tls.ts";
import {
  overNode,
  overSocket,
  type Proxy,
  type ProxyConnection,
  type TcpTarget,
} from "./tunnel.ts";

/** How Deno begins what is wrong with the certificate of a server. */
const INVALID = "invalid peer certificate";

/**
 * Connects a client's socket, up to the end of the TLS handshake.
 *
 * @param via The proxy to go through, if any.
 * @throws {Error} If there is no connection to be had.
 */
export async function connectSocket(
  target: Target,
  options: ConnectOptions,
  via?: Proxy,
): Promise<AcceptedSocket> {
  const { tls, signal } = options;
  if (target.transport === "unix") return await Deno.connect(target);
  if (tls === undefined) return await connectTcp(target, signal, via);
  return needsNodeTls(tls)
    ? await connectNodeTls(target, tls, options, via)
    : await connectDenoTls(target, tls, options, via);
}

async function connectTcp(
  target: TcpTarget,
  signal: AbortSignal,
  via: Proxy | undefined,
): Promise<Deno.TcpConn> {
  const conn = await reach(connectPlain, target, signal, via);
  using _attempt = onAbort(signal, () => conn[Symbol.dispose]());
  try {
    conn.setNoDelay(true);
    await through(via, overSocket(conn), target, signal);
    return conn;
  } catch (error) {
    conn[Symbol.dispose]();
    throw error;
  }
}

/**
 * Milliseconds that Deno may go on with an attempt that is given up. It loses the
 * socket, open for ever, of one that succeeds in the turn in which its signal is
 * aborted: what is nearly there comes first, and is closed.
 */
const LET_CONNECT = 250;

async function connectPlain(
  address: TcpTarget,
  signal: AbortSignal,
): Promise<Deno.TcpConn> {
  signal.throwIfAborted();
  const givenUp = new AbortController();
  const timer = new Timer(systemClock, true);
  using _attempt = onAbort(
    signal,
    () => timer.plan(LET_CONNECT, () => givenUp.abort()),
  );
  try {
    const conn = await Deno.connect({ ...address, signal: givenUp.signal });
    if (signal.aborted) conn.close();
    signal.throwIfAborted();
    return conn;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    timer.cancel();
  }
}

/** Connects to the target, or to the proxy on the way there. */
function reach<Connection>(
  connect: (to: TcpTarget, signal: AbortSignal) => Promise<Connection>,
  target: TcpTarget,
  signal: AbortSignal,
  via: Proxy | undefined,
): Promise<Connection> {
  if (via === undefined) return connect(target, signal);
  return connect(via.address, signal).catch((error) => {
    signal.throwIfAborted();
    if (error instanceof Deno.errors.NotCapable) throw error;
    const proxy = `The proxy ${formatTarget(via.address)}`;
    throw new Error(
      `${proxy} cannot be reached, is it running, and is this its port? (${
        messageOf(error)
      })`,
      { cause: error },
    );
  });
}

/** Has a proxy connect, and says whose fault it is that it does not. */
async function through(
  via: Proxy | undefined,
  connection: ProxyConnection,
  target: TcpTarget,
  signal: AbortSignal,
): Promise<void> {
  if (via === undefined) return;
  signal.throwIfAborted();
  try {
    await via.open(connection, target);
  } catch (error) {
    signal.throwIfAborted();
    throw new Error(
      `The proxy ${formatTarget(via.address)} does not connect to ${
        formatTarget(target)
      }: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

async function connectDenoTls(
  target: TcpTarget,
  { caCerts = [], serverName }: DialTlsOptions,
  { signal, onTls }: ConnectOptions,
  via: Proxy | undefined,
): Promise<AcceptedSocket> {
  const conn = await connectTcp(target, signal, via);
  try {
    onTls?.();
    const tls = await Deno.startTls(conn, {
      hostname: serverName ?? target.hostname,
      caCerts,
      alpnProtocols: ALPN,
    });
    return await handshake(tls, signal);
  } catch (error) {
    conn[Symbol.dispose]();
    throw error;
  }
}

/** `Deno.startTls` takes no client certificate, and only adds authorities. */
async function connectNodeTls(
  target: TcpTarget,
  tls: DialTlsOptions,
  { signal, onTls, holds = true }: ConnectOptions,
  via: Proxy | undefined,
): Promise<AcceptedSocket> {
  const connection = await reach(connectNode, target, signal, via);
  if (!holds) connection.socket.unref();
  try {
    using attempt = onAbort(signal, () => connection.tcp.destroy());
    await through(via, overNode(connection.tcp), target, signal);
    attempt[Symbol.dispose]();
    onTls?.();
    startNodeTls(connection, target.hostname, tls);
    return await handshake(connection.socket, signal);
  } catch (error) {
    connection.socket.close();
    throw isUntrusted(error) ? await reasonOf(target, tls, signal, via) : error;
  }
}

/**
 * Why a server is not trusted: `node:tls` does not tell a certificate that has
 * expired from one that nobody vouches for. Deno does, when it is asked in an
 * attempt of its own.
 */
async function reasonOf(
  target: TcpTarget,
  tls: DialTlsOptions,
  signal: AbortSignal,
  via: Proxy | undefined,
): Promise<unknown> {
  try {
    (await connectDenoTls(target, tls, { signal }, via)).close();
  } catch (error) {
    if (messageOf(error).startsWith(INVALID)) return error;
  }
  const detail = tls.systemCaCerts === false
    ? ": none of tls.caCerts vouches for it, and tls.systemCaCerts is false"
    : "";
  return new Error(`${INVALID}: UnknownIssuer${detail}`);
}

async function handshake(
  conn: ShakingSocket,
  signal: AbortSignal,
): Promise<AcceptedSocket> {
  using _attempt = onAbort(signal, () => conn[Symbol.dispose]());
  try {
    signal.throwIfAborted();
    const { alpnProtocol } = await conn.handshake();
    const problem = alpnProblem(alpnProtocol);
    if (problem !== undefined) throw new Error(problem);
    return conn;
  } catch (error) {
    conn[Symbol.dispose]();
    throw error;
  }
}
