/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />

/** What a flooder is told. */
export interface Flood {
  /** The port of a server; none to be a server, which answers with its port. */
  readonly port?: number;
  /** Milliseconds from the first octet. */
  readonly duration: number;
  /** What it says first. */
  readonly opening: Uint8Array;
  /** What it says then, over and over. */
  readonly octets: Uint8Array;
}

/**
 * A worker with an event loop of its own that floods a peer. It says how many
 * octets it got rid of. It imports nothing, and so starts at once.
 */
self.onmessage = async ({ data: flood }: MessageEvent<Flood>) => {
  using conn = await connect(flood.port);
  discard(conn);
  let sent = 0;
  const end = performance.now() + flood.duration;
  try {
    await write(conn, flood.opening);
    while (performance.now() < end) {
      await write(conn, flood.octets);
      sent += flood.octets.length;
    }
  } catch {
    // The peer has had enough.
  }
  self.postMessage({ sent });
};

async function connect(port: number | undefined): Promise<Deno.Conn> {
  const address = { hostname: "127.0.0.1", port: port ?? 0 };
  if (port !== undefined) return await Deno.connect(address);
  using listener = Deno.listen(address);
  self.postMessage({ port: listener.addr.port });
  return await listener.accept();
}

async function write(conn: Deno.Conn, octets: Uint8Array): Promise<void> {
  for (let at = 0; at < octets.length;) {
    at += await conn.write(octets.subarray(at));
  }
}

async function discard(conn: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(65_536);
  try {
    while (await conn.read(buffer) !== null);
  } catch {
    // The flood is over.
  }
}
