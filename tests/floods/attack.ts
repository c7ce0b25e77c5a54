import { setImmediate } from "node:timers";
import {
  FrameType,
  type FrameWriter,
  type Setting,
} from "../../src/frames/mod.ts";
import { AttackSocket } from "./attack_socket.ts";

/** How long, and with how much, an attack goes on that nobody ends. */
export interface AttackLimits {
  /** Milliseconds. */
  readonly time: number;
  /** Octets, of all connections together. */
  readonly octets: number;
  /** Connections. */
  readonly connections: number;
}

/** Milliseconds that an attacker waits to see its connection ended. */
const PATIENCE = 3_000;

/** Milliseconds after which a write is given up that nobody takes. */
const STALL = 1_500;

/** What the attacker has, and what it has done. */
export class Attack {
  /** Its connections. */
  readonly sockets: AttackSocket[] = [];
  /** Its bounds. */
  readonly limits: AttackLimits;
  readonly #port: number;
  readonly #accept: (() => Promise<Deno.Conn>) | undefined;
  readonly #since = performance.now();

  /**
   * Attacks a server at a port, or the clients of a listener.
   *
   * @param accept The next client.
   */
  constructor(
    port: number,
    limits: AttackLimits,
    accept?: () => Promise<Deno.Conn>,
  ) {
    this.#port = port;
    this.limits = limits;
    this.#accept = accept;
  }

  /** The port of the server that is attacked. */
  get port(): number {
    return this.#port;
  }

  /** Whether time is up, or everything is sent. */
  get isOver(): boolean {
    let octets = 0;
    for (const socket of this.sockets) octets += socket.octets;
    return performance.now() - this.#since > this.limits.time ||
      octets > this.limits.octets;
  }

  /** Connects to the server, with a handshake. */
  async connect(
    settings: readonly Setting[] = [],
    reads = true,
  ): Promise<AttackSocket> {
    const socket = await AttackSocket.greet(this.#port, settings, reads);
    this.sockets.push(socket);
    return socket;
  }

  /** Connects to the server, and says nothing. */
  async connectSilently(): Promise<AttackSocket> {
    const conn = await Deno.connect({
      hostname: "127.0.0.1",
      port: this.#port,
    });
    const socket = new AttackSocket(conn, "client");
    this.sockets.push(socket);
    return socket;
  }

  /** Takes the next client, and waits for its first call, on stream 1. */
  async serve(settings: readonly Setting[] = []): Promise<AttackSocket> {
    if (this.#accept === undefined) throw new Error("There is no client");
    const conn = await this.#accept();
    const socket = new AttackSocket(conn, "server");
    this.sockets.push(socket);
    await socket.hello(settings);
    await socket.until(() => socket.received[FrameType.HEADERS] > 0, PATIENCE);
    return socket;
  }

  /**
   * Says the same again and again, until the connection is ended, or the bounds
   * of the attack are reached.
   *
   * @param batch Answers with how many frames it has written.
   * @param next Is waited for after each batch.
   */
  async flood(
    socket: AttackSocket,
    batch: (writer: FrameWriter, turn: number) => number,
    next?: () => Promise<void>,
  ): Promise<void> {
    for (let turn = 0; !this.isOver; turn++) {
      const said = socket.say((writer) => batch(writer, turn));
      if (!await soon(said)) break;
      await next?.();
      await nextTurn();
    }
    await this.settle(socket);
  }

  /**
   * What is sent may still lead to an end. Who reads nothing only notices it
   * when it writes.
   *
   * @param probe Writes something, to see.
   */
  async settle(
    socket: AttackSocket,
    probe?: (writer: FrameWriter) => number,
  ): Promise<void> {
    const by = performance.now() + (probe === undefined ? 300 : PATIENCE);
    while (socket.end === undefined && performance.now() < by) {
      await socket.until(() => false, 50);
      if (probe !== undefined && !await soon(socket.say(probe))) return;
    }
  }

  /** Lets time pass. */
  async pause(milliseconds: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
  }

  /** Closes all connections. */
  close(): void {
    for (const socket of this.sockets) socket.close();
  }
}

/** A turn of the event loop, so that what has come is read. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => resolve()));
}

/** A peer that does not read lets a write wait for ever. */
async function soon(said: Promise<boolean>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), STALL);
  });
  try {
    return await Promise.race([said, late]);
  } finally {
    clearTimeout(timer);
  }
}
