/**
 * HTTP/2 connections without a library, for `idle.ts`: the floor on Deno, and
 * the other end of whoever is measured.
 *
 * ```sh
 * deno run -A bare.ts server | client [<target>] --pings none | each | shared
 * ```
 *
 * `each` sends a PING after ten seconds without a read from a timer for each
 * connection, `shared` from one timer for all, and `none` only answers PINGs.
 *
 * @module
 */
import process from "node:process";
import { type Peers, run, timeFlag } from "./program.ts";

/** Milliseconds without a read after which a PING is sent. */
const TIME = timeFlag(10_000);

/** A pending read holds its buffer. */
const BUFFER = 64;

const HEADER = 9;
const SETTINGS = 4;
const PING = 6;
const ACK = 1;

const EMPTY_SETTINGS = Uint8Array.of(0, 0, 0, SETTINGS, 0, 0, 0, 0, 0);
const SETTINGS_ACK = Uint8Array.of(0, 0, 0, SETTINGS, ACK, 0, 0, 0, 0);
// deno-fmt-ignore
const KEEPALIVE = Uint8Array.of(
  0, 0, 8, PING, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0,
);
const PREFACE = new TextEncoder().encode("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

const ended = () => {};

/** One connection: reads frames, answers them, and sends PINGs. */
class Connection {
  lastRead = performance.now();
  isClosed = false;
  readonly #conn: Deno.TcpConn;
  #skip: number;

  constructor(conn: Deno.TcpConn, role: string) {
    this.#conn = conn;
    this.#skip = role === "server" ? PREFACE.length : 0;
    conn.setNoDelay(true);
    this.write(
      role === "server"
        ? EMPTY_SETTINGS
        : Uint8Array.of(...PREFACE, ...EMPTY_SETTINGS),
    );
    void this.#read();
  }

  write(octets: Uint8Array): void {
    this.#conn.write(octets).catch(ended);
  }

  close(): void {
    this.isClosed = true;
    try {
      this.#conn.close();
    } catch {
      // The other end was faster.
    }
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(BUFFER);
    let held = 0;
    try {
      for (;;) {
        const count = await this.#conn.read(
          held === 0 ? buffer : buffer.subarray(held),
        );
        if (count === null) break;
        this.lastRead = performance.now();
        held = this.#handle(buffer, held + count);
      }
    } catch {
      // It was closed.
    }
    this.close();
  }

  /** Answers how many octets are left of a frame that is not whole. */
  #handle(buffer: Uint8Array, end: number): number {
    let at = Math.min(this.#skip, end);
    this.#skip -= at;
    while (end - at >= HEADER) {
      const length = buffer[at + 1] * 256 + buffer[at + 2];
      const next = at + HEADER + length;
      if (next > end && (length === 8 || buffer[at + 3] === PING)) break;
      if ((buffer[at + 4] & ACK) === 0) this.#answer(buffer, at);
      at = Math.min(next, end);
      this.#skip = next - at;
    }
    buffer.copyWithin(0, at, end);
    return end - at;
  }

  #answer(buffer: Uint8Array, at: number): void {
    if (buffer[at + 3] === SETTINGS) this.write(SETTINGS_ACK);
    if (buffer[at + 3] !== PING) return;
    answered++;
    const pong = buffer.slice(at, at + HEADER + 8);
    pong[4] = ACK;
    this.write(pong);
  }
}

const connections = new Set<Connection>();

/** PINGs of the other ends. */
let answered = 0;

/** Connections by the time of their PING, as all wait for the same time. */
const line: Connection[] = [];
let first = 0;

function pingFromEach(connection: Connection, delay: number): void {
  setTimeout(() => {
    if (connection.isClosed) return;
    const left = connection.lastRead + TIME - performance.now();
    if (left > 0) return pingFromEach(connection, Math.max(left, 1));
    connection.write(KEEPALIVE);
    pingFromEach(connection, TIME);
  }, delay);
}

function pingFromOne(): void {
  const now = performance.now();
  while (first < line.length && line[first].lastRead + TIME <= now) {
    const connection = line[first++];
    if (connection.isClosed) continue;
    connection.write(KEEPALIVE);
    connection.lastRead = now;
    line.push(connection);
  }
  if (first > 65_536) line.splice(0, first), first = 0;
  const next = first < line.length ? line[first].lastRead + TIME - now : TIME;
  setTimeout(pingFromOne, Math.max(Math.min(next, TIME), 5));
}

function adopt(conn: Deno.TcpConn, role: string, pings: string): void {
  const connection = new Connection(conn, role);
  connections.add(connection);
  if (pings === "each") pingFromEach(connection, TIME);
  if (pings === "shared") line.push(connection);
}

const pings = process.argv[process.argv.indexOf("--pings") + 1];
if (pings === "shared") pingFromOne();

await run({
  serve() {
    const listener = Deno.listen({
      hostname: "127.0.0.1",
      port: 0,
      tcpBacklog: 4_096,
    });
    void (async () => {
      for await (const conn of listener) adopt(conn, "server", pings);
    })();
    return listener.addr.port;
  },
  connect(target): Peers {
    const [hostname, port] = target.split(":");
    return {
      async open() {
        const conn = await Deno.connect({ hostname, port: Number(port) });
        adopt(conn, "client", pings);
      },
      pings: () => answered,
      close() {
        for (const connection of connections) connection.close();
        connections.clear();
      },
    };
  },
});
