/**
 * Two bare sockets of Deno as a program of `peers.ts`: what the runtime costs,
 * without HTTP/2 and without gRPC.
 *
 * A call is as many octets there and back; a stream is its octets in writes of
 * 64 KiB, whatever the size of its messages. Only one call runs at a time, as
 * there is nothing that could tell answers apart.
 *
 * @module
 */
import { type Client, type Exchange, worker } from "./client.ts";
import type { ServerFiles, StreamJob } from "./jobs.ts";
import { run } from "./program.ts";

const WRITE = 65_536;

/** The first octet on a connection, before the number of its octets. */
const Use = { echo: 0, download: 1, upload: 2 } as const;

const HEADER_LENGTH = 9;
const NOTHING = new Uint8Array();

type Connect = () => Promise<Deno.Conn>;

await run(start, (target, authority) => {
  const [hostname, port] = target.split(":");
  const address = { hostname, port: Number(port) };
  const connect: Connect = async () => {
    if (authority !== undefined) {
      const caCerts = [await Deno.readTextFile(authority)];
      return await Deno.connectTls({ ...address, caCerts });
    }
    const socket = await Deno.connect(address);
    socket.setNoDelay();
    return socket;
  };
  return worker(() => clientOf(connect));
});

async function start(tls?: ServerFiles): Promise<number> {
  const address = { hostname: "127.0.0.1", port: 0 };
  const listener = tls === undefined ? Deno.listen(address) : Deno.listenTls({
    ...address,
    cert: await Deno.readTextFile(tls.certificate),
    key: await Deno.readTextFile(tls.key),
  });
  (async () => {
    for await (const socket of listener) {
      if ("setNoDelay" in socket) socket.setNoDelay();
      serve(socket).catch(() => {}).finally(() => socket.close());
    }
  })();
  return (listener.addr as Deno.NetAddr).port;
}

/** Does for a client what its header asks for. */
async function serve(socket: Deno.Conn): Promise<void> {
  const header = new Uint8Array(HEADER_LENGTH);
  await fill(socket, header);
  const octets = Number(new DataView(header.buffer).getBigUint64(1));
  switch (header[0]) {
    case Use.download:
      return await writeZeros(socket, octets);
    case Use.upload:
      await readAway(socket, octets);
      return await writeAll(socket, new Uint8Array(1));
    default:
      return await echo(socket);
  }
}

async function echo(socket: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(WRITE);
  for (;;) {
    const length = await socket.read(buffer);
    if (length === null) return;
    await writeAll(socket, buffer.subarray(0, length));
  }
}

function clientOf(connect: Connect): Client {
  const socket = once(connect);
  // In one write with the first message: a second would wait for an ACK of
  // TCP, as Deno's TLS has no `setNoDelay`.
  let header = headerOf(Use.echo, 0);
  const exchange = (size: number): Exchange => {
    const message = new Uint8Array(size);
    const answer = new Uint8Array(size);
    return {
      async send() {
        const echoing = await socket();
        const first = header;
        header = NOTHING;
        await writeAll(
          echoing,
          first.length > 0 ? concat(first, message) : message,
        );
        await fill(echoing, answer);
        return size;
      },
      end: () => {},
    };
  };
  return {
    unary: (size) => exchange(size).send,
    bidi: exchange,
    async download(job) {
      using socket = await open(connect, Use.download, octetsOf(job));
      return await readAway(socket, job.messages * job.size);
    },
    async upload(job) {
      using socket = await open(connect, Use.upload, octetsOf(job));
      await writeZeros(socket, job.messages * job.size);
      await fill(socket, new Uint8Array(1));
    },
    close: async () => (await socket()).close(),
  };
}

/** Connects and says what for. */
async function open(
  connect: Connect,
  use: number,
  octets: number,
): Promise<Deno.Conn> {
  const socket = await connect();
  await writeAll(socket, headerOf(use, octets));
  return socket;
}

function headerOf(use: number, octets: number): Uint8Array {
  const header = new Uint8Array(HEADER_LENGTH);
  header[0] = use;
  new DataView(header.buffer).setBigUint64(1, BigInt(octets));
  return header;
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function octetsOf({ messages, size }: StreamJob): number {
  return messages * size;
}

async function writeZeros(socket: Deno.Conn, octets: number): Promise<void> {
  const zeros = new Uint8Array(WRITE);
  for (let left = octets; left > 0; left -= WRITE) {
    await writeAll(socket, zeros.subarray(0, Math.min(left, WRITE)));
  }
}

async function writeAll(socket: Deno.Conn, octets: Uint8Array): Promise<void> {
  for (let from = 0; from < octets.length;) {
    from += await socket.write(octets.subarray(from));
  }
}

/** Reads that many octets, and returns how many there were. */
async function readAway(socket: Deno.Conn, octets: number): Promise<number> {
  const buffer = new Uint8Array(WRITE * 4);
  let read = 0;
  while (read < octets) {
    const length = await socket.read(buffer);
    if (length === null) throw new Error(`The socket ended after ${read}`);
    read += length;
  }
  return read;
}

async function fill(socket: Deno.Conn, buffer: Uint8Array): Promise<void> {
  for (let from = 0; from < buffer.length;) {
    const length = await socket.read(buffer.subarray(from));
    if (length === null) throw new Error("The socket ended too soon");
    from += length;
  }
}

function once<T>(action: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => result ??= action();
}
