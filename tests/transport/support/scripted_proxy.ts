/** What a {@linkcode ScriptedProxy} was asked for. */
export interface Asked {
  /** `host:port` of the target. */
  readonly target: string;
  /** `user:password`, if it was told. */
  readonly credentials: string | undefined;
}

/** Refuses, in the words of the protocol of the proxy. */
export interface Refusal {
  /** The octets to send in place of an answer. */
  readonly answer: Uint8Array | string;
}

/**
 * A proxy on the loopback interface that reaches one server, whatever it is
 * asked for, and keeps what it was asked.
 */
export class ScriptedProxy implements AsyncDisposable {
  readonly asked: Asked[] = [];
  readonly #kind: "http" | "socks5";
  readonly #server: number;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #conns = new Set<Deno.Conn>();
  readonly #work: Promise<void>;
  /** Who may pass; everybody by default. */
  credentials: string | undefined;
  /** Sent in place of the last answer. */
  refusal: string | Uint8Array | undefined;
  /** Takes what it is asked, and says nothing. */
  isSilent = false;
  /** Resolves when one that is silent has been asked. */
  readonly heard = Promise.withResolvers<void>();

  constructor(kind: "http" | "socks5", server: number) {
    this.#kind = kind;
    this.#server = server;
    this.#work = this.#accept();
  }

  /** Its URL. */
  url(credentials = ""): string {
    const { port } = this.#listener.addr as Deno.NetAddr;
    const user = credentials === "" ? "" : `${credentials}@`;
    return `${this.#kind}://${user}127.0.0.1:${port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const conn of this.#conns) close(conn);
    await this.#work;
  }

  async #accept(): Promise<void> {
    const work: Promise<void>[] = [];
    for await (const conn of this.#listener) {
      this.#conns.add(conn);
      work.push(this.#serve(conn).catch(() => {}).finally(() => close(conn)));
    }
    await Promise.all(work);
  }

  async #serve(conn: Deno.Conn): Promise<void> {
    const isOpen = this.#kind === "http"
      ? await this.#http(conn)
      : await this.#socks5(conn);
    if (!isOpen) return;
    const server = await Deno.connect({
      hostname: "127.0.0.1",
      port: this.#server,
    });
    this.#conns.add(server);
    await Promise.all([copy(conn, server), copy(server, conn)]);
  }

  async #http(conn: Deno.Conn): Promise<boolean> {
    let head = "";
    while (!head.endsWith("\r\n\r\n")) {
      head += String.fromCharCode(...await take(conn, 1));
    }
    const [, target] = /^CONNECT (\S+) HTTP\/1\.1\r\n/.exec(head) ?? [];
    const [, basic] = /^proxy-authorization: basic (\S+)/im.exec(head) ?? [];
    const credentials = basic && new TextDecoder().decode(
      Uint8Array.from(atob(basic), (each) => each.charCodeAt(0)),
    );
    this.asked.push({ target, credentials });
    if (this.isSilent) return await this.#ignore(conn);
    const isAllowed = credentials === this.credentials;
    await say(
      conn,
      this.refusal ??
        (isAllowed
          ? "HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n"
          : "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"),
    );
    return isAllowed && this.refusal === undefined;
  }

  async #ignore(conn: Deno.Conn): Promise<false> {
    this.heard.resolve();
    while (await conn.read(new Uint8Array(64)) !== null);
    return false;
  }

  async #socks5(conn: Deno.Conn): Promise<boolean> {
    const [, count] = await take(conn, 2);
    const methods = await take(conn, count);
    if (this.isSilent) return await this.#ignore(conn);
    const wanted = this.credentials === undefined ? 0 : 2;
    const chosen = methods.includes(wanted) ? wanted : 0xff;
    await say(conn, Uint8Array.of(5, chosen));
    if (chosen === 0xff) return false;
    let credentials: string | undefined;
    if (chosen === 2) {
      const texts = [];
      await take(conn, 1);
      for (let index = 0; index < 2; index++) {
        const [length] = await take(conn, 1);
        texts.push(new TextDecoder().decode(await take(conn, length)));
      }
      credentials = texts.join(":");
      const isKnown = credentials === this.credentials;
      await say(conn, Uint8Array.of(1, isKnown ? 0 : 1));
      if (!isKnown) return false;
    }
    this.asked.push({ target: await socksTarget(conn), credentials });
    await say(
      conn,
      this.refusal ?? Uint8Array.of(5, 0, 0, 3, 4, ...[1, 2, 3, 4], 0, 80),
    );
    return this.refusal === undefined;
  }
}

async function socksTarget(conn: Deno.Conn): Promise<string> {
  const [, , , type] = await take(conn, 4);
  const length = type === 1 ? 4 : type === 4 ? 16 : (await take(conn, 1))[0];
  const address = await take(conn, length);
  const [high, low] = await take(conn, 2);
  const host = type === 3
    ? new TextDecoder().decode(address)
    : type === 1
    ? address.join(".")
    : address.toHex();
  return `${host}:${high * 256 + low}`;
}

async function take(conn: Deno.Conn, length: number): Promise<Uint8Array> {
  const octets = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const count = await conn.read(octets.subarray(at));
    if (count === null) throw new Error("hung up");
    at += count;
  }
  return octets;
}

async function say(conn: Deno.Conn, what: string | Uint8Array): Promise<void> {
  const octets = typeof what === "string"
    ? new TextEncoder().encode(what)
    : what;
  for (let at = 0; at < octets.length;) {
    at += await conn.write(octets.subarray(at));
  }
}

async function copy(from: Deno.Conn, to: Deno.Conn): Promise<void> {
  await from.readable.pipeTo(to.writable).catch(() => {});
  close(from);
  close(to);
}

function close(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // It is closed already.
  }
}
