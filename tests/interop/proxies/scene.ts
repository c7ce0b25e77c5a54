/**
 * A client and a server of this module with a proxy between them.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import {
  Channel,
  type ChannelOptions,
  type Client,
  createClient,
  type ServeOptions,
} from "../../../mod.ts";
import type { TransportEvent } from "../../../src/transport/mod.ts";
import { serveTestService, type TestServer } from "../cases/our_server.ts";
import { loadTestServices, type TestService } from "../cases/test_service.ts";
import { EventLog } from "../event_log.ts";
import { pathBeside } from "../tools.ts";
import { type ProxyKind, type Route, RunningProxy } from "./proxy.ts";

/** The services of the interop cases. */
export const services = loadTestServices(
  pathBeside(import.meta.url, "../cases/testing.proto"),
);

/** What a scene differs in. */
export interface SceneOptions extends Pick<Route, "requestsPerConnection"> {
  /** Options of the server. */
  readonly server?: ServeOptions;
  /** Options of the channel. */
  readonly channel?: ChannelOptions;
}

/** What happened on the connections of one end, in order. */
export type ConnectionLog = EventLog<TransportEvent>;

/** A server, a proxy before it, and a channel to that. */
export class Scene implements AsyncDisposable {
  /** The proxy. */
  readonly proxy: RunningProxy;
  /** The server, with the status codes of aborted calls. */
  readonly backend: TestServer;
  /** The channel to the proxy. */
  readonly channel: Channel;
  /** Calls of the interop cases on the channel. */
  readonly test: Client<TestService>;
  /** What happened on the connections of the channel. */
  readonly front: ConnectionLog;
  /** What happened on the connections of the server. */
  readonly back: ConnectionLog;

  private constructor(
    proxy: RunningProxy,
    backend: TestServer,
    back: ConnectionLog,
    options: ChannelOptions = {},
  ) {
    this.proxy = proxy;
    this.backend = backend;
    this.back = back;
    const front: ConnectionLog = new EventLog();
    this.front = front;
    this.channel = new Channel(`127.0.0.1:${proxy.route.port}`, {
      ...options,
      onEvent: (event) => front.add(event),
    });
    this.test = createClient(services.testService, this.channel);
  }

  /** Starts all three. */
  static async open(
    kind: ProxyKind,
    program: string,
    { server, channel, requestsPerConnection }: SceneOptions = {},
  ): Promise<Scene> {
    const back: ConnectionLog = new EventLog();
    const backend = serveTestService(services.testService, "identity", {
      ...server,
      onEvent: (event) => back.add(event),
    });
    const { port } = backend.server.addr as Deno.NetAddr;
    try {
      const proxy = await RunningProxy.start(kind, program, {
        backend: port,
        requestsPerConnection,
      });
      return new Scene(proxy, backend, back, channel);
    } catch (error) {
      await backend.server.close();
      throw error;
    }
  }

  /** A second channel, whose connections are its own. */
  another(options: ChannelOptions = {}): Channel {
    return new Channel(`127.0.0.1:${this.proxy.route.port}`, options);
  }

  /** Ends all three. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.channel.close();
    await this.proxy[Symbol.asyncDispose]();
    await this.backend.server.close();
    await this.backend.server.finished;
  }
}

/** Waits for so many events of a type, and returns the last of them. */
export async function untilCount<Type extends TransportEvent["type"]>(
  log: ConnectionLog,
  type: Type,
  count: number,
): Promise<TransportEvent & { type: Type }> {
  const isWanted = (
    event: TransportEvent,
  ): event is TransportEvent & { type: Type } => event.type === type;
  return await log.until(
    `${count} ${type}`,
    (events) => events.filter(isWanted).at(count - 1),
  );
}

/** Checks that something has not happened. */
export function assertNone(
  log: ConnectionLog,
  ...types: TransportEvent["type"][]
): void {
  assertEquals(log.events.filter(({ type }) => types.includes(type)), []);
}
