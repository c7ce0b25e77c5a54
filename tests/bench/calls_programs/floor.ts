/**
 * Two bare sockets of Deno as a program of `peers.ts`: what the runtime costs,
 * without HTTP/2 and without gRPC.
 *
 * A call is as many octets there and back. Only one runs at a time, as there is
 * nothing that could tell answers apart. A stream of messages that find room in
 * a write of 64 KiB has what no library can do without: see `floor_messages.ts`.
 * Larger ones are their octets, with nothing that says where one ends.
 *
 * @module
 */
import { type Client, type Exchange, worker } from "./client.ts";
import { PREFIX, readMessages, writeMessages } from "./floor_messages.ts";
import type { ServerFiles, StreamJob } from "./jobs.ts";
import { run } from "./program.ts";
import { fill, readAway, WRITE, writeAll, writeZeros } from "./sockets.ts";

/** The first octet on a connection, before the number and size of messages. */
const Use = { echo: 0, download: 1, upload: 2 } as const;

const HEADER_LENGTH = 9;
const NOTHING = new Uint8Array();

type Messages = Pick<StreamJob, "messages" | "size">;

const NO_MESSAGES: Messages = { messages: 0, size: 0 };

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
  const view = new DataView(header.buffer);
  const messages = { messages: view.getUint32(1), size: view.getUint32(5) };
  switch (header[0]) {
    case Use.download:
      return await send(socket, messages);
    case Use.upload:
      await receive(socket, messages);
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
  let header = headerOf(Use.echo, NO_MESSAGES);
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
      using socket = await open(connect, Use.download, job);
      return await receive(socket, job);
    },
    async upload(job) {
      using socket = await open(connect, Use.upload, job);
      await send(socket, job);
      await fill(socket, new Uint8Array(1));
    },
    close: async () => (await socket()).close(),
  };
}

/** Connects and says what for. */
async function open(
  connect: Connect,
  use: number,
  messages: Messages,
): Promise<Deno.Conn> {
  const socket = await connect();
  await writeAll(socket, headerOf(use, messages));
  return socket;
}

function headerOf(use: number, { messages, size }: Messages): Uint8Array {
  const header = new Uint8Array(HEADER_LENGTH);
  const view = new DataView(header.buffer);
  view.setUint8(0, use);
  view.setUint32(1, messages);
  view.setUint32(5, size);
  return header;
}

async function send(socket: Deno.Conn, messages: Messages): Promise<void> {
  if (isFramed(messages)) await writeMessages(socket, messages);
  else await writeZeros(socket, octetsOf(messages));
}

/** Answers with the octets of all messages. */
async function receive(socket: Deno.Conn, messages: Messages): Promise<number> {
  return isFramed(messages)
    ? await readMessages(socket, octetsOf(messages))
    : await readAway(socket, octetsOf(messages));
}

function isFramed({ size }: Messages): boolean {
  return PREFIX + size <= WRITE;
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function octetsOf({ messages, size }: Messages): number {
  return messages * size;
}

function once<T>(action: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => result ??= action();
}
