import { Channel, type ChannelOptions } from "../client/mod.ts";
import { requireKnownKeys, requireObject } from "../options/mod.ts";
import {
  serve,
  type ServeOptions,
  type Server,
  type Service,
} from "../server/mod.ts";
import { MemoryNetwork } from "./memory_network.ts";

/** What both ends are to be like. */
export interface InProcessOptions {
  /** As for `Channel`; the network is that in memory. */
  channel?: Omit<ChannelOptions, "network">;
  /** As for `serve`; the network is that in memory. */
  server?: Omit<ServeOptions, "network" | "hostname" | "port">;
}

/** A channel to services in the same process; to close it closes both ends. */
export class InProcessChannel extends Channel {
  /** The other end. */
  readonly server: Server;

  /** Made by {@linkcode inProcess}. */
  constructor(network: MemoryNetwork, server: Server, options: ChannelOptions) {
    super(TARGET, { ...options, network });
    this.server = server;
  }

  /** Closes both ends for good; running calls fail. */
  override async close(): Promise<void> {
    await super.close();
    await this.server.close();
  }
}

const HOSTNAME = "in-process";
const PORT = 50_051;
const TARGET = `${HOSTNAME}:${PORT}`;

/**
 * Serves services in this process, and answers with a channel to them: for tests
 * of handlers, interceptors and clients, without sockets and without a
 * permission. Everything else is as it is over sockets: messages are encoded,
 * deadlines and metadata travel, keepalive is at work.
 *
 * grpc-go has `bufconn` for it, grpc-java `InProcessChannelBuilder`.
 *
 * @example Test a handler
 * ```ts
 * import { createClient, Health, HealthDefinition } from "@keepalive/grpc";
 * import { inProcess } from "@keepalive/grpc/testing";
 *
 * Deno.test("a server that has nothing to say is serving", async () => {
 *   await using channel = inProcess([new Health().service]);
 *   const health = createClient(HealthDefinition, channel);
 *   const { status } = await health.check({ service: "" });
 *   if (status !== 1) throw new Error(`expected 1, received ${status}`);
 * });
 * ```
 *
 * @param services Made by `implement`.
 * @param options What both ends are to be like.
 * @throws {TypeError | RangeError} If an option cannot be used.
 */
export function inProcess(
  services: readonly Service[],
  options: InProcessOptions = {},
): InProcessChannel {
  requireKnownKeys("the options of inProcess", options, ["channel", "server"]);
  const { channel = {}, server: serverOptions = {} } = options;
  requireObject("channel", channel);
  requireObject("server", serverOptions);
  const network = new MemoryNetwork();
  const local = { hostname: HOSTNAME, port: PORT, network };
  const server = serve({ ...serverOptions, ...local }, services);
  try {
    return new InProcessChannel(network, server, channel);
  } catch (error) {
    server.close();
    throw error;
  }
}
