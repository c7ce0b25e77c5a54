/**
 * Our channel through forward proxies that want to know who asks, while the
 * servers behind are restarted one after the other; and beside it a channel
 * without a proxy, which bears the same.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  Channel,
  type ChannelOptions,
  createClient,
  type DialTlsOptions,
  GrpcError,
  type Server,
  Status,
} from "../../../mod.ts";
import {
  proxyNetwork,
  type TransportEvent,
} from "../../../src/transport/public.ts";
import { certificates } from "../../harness/certificates.ts";
import { serveTestService } from "../cases/our_server.ts";
import { EventLog } from "../event_log.ts";
import { Load } from "./load.ts";
import { RunningProxy } from "./proxy.ts";
import { services, untilCount } from "./scene.ts";
import { microsocks, tinyproxy, type Tunnel } from "./tunnel.ts";

const { ca, server: identity } = await certificates();
const ROUNDS = 3;

/** What a channel is told of TLS, if anything. */
const KINDS: [kind: string, tls?: DialTlsOptions][] = [
  ["plain"],
  ["TLS of Deno", { caCerts: [ca], serverName: "localhost" }],
  ["TLS of node:tls", {
    ...{ caCerts: [ca], serverName: "localhost", systemCaCerts: false },
  }],
];

/** The loopback is never reached through a proxy, so it takes another address. */
function ownAddress(): string | undefined {
  return Deno.networkInterfaces().find(({ family, address }) =>
    family === "IPv4" && !address.startsWith("127.") &&
    !address.startsWith("169.254.")
  )?.address;
}

/** A server that can be restarted on its port. */
class Restarted implements AsyncDisposable {
  readonly log: EventLog<TransportEvent> = new EventLog();
  readonly #hostname: string;
  readonly #isSecure: boolean;
  #server: Server;

  constructor(hostname: string, isSecure: boolean) {
    this.#hostname = hostname;
    this.#isSecure = isSecure;
    this.#server = this.#serve(0);
  }

  get port(): number {
    return (this.#server.addr as Deno.NetAddr).port;
  }

  get target(): string {
    return `${this.#hostname}:${this.port}`;
  }

  /** Lets calls finish, and comes back on the same port. */
  async restart(): Promise<void> {
    const { port } = this;
    await this.#server.shutdown({ grace: 10_000 });
    this.#server = this.#serve(port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.close();
    await this.#server.finished;
  }

  #serve(port: number): Server {
    return serveTestService(services.testService, "identity", {
      hostname: this.#hostname,
      port,
      ...(this.#isSecure ? { tls: identity } : {}),
      onEvent: (event) => this.log.add(event),
    }).server;
  }
}

async function rollingRestart(
  proxy: RunningProxy,
  { url }: Tunnel,
  hostname: string,
  tls: DialTlsOptions | undefined,
): Promise<void> {
  const isSecure = tls !== undefined;
  await using first = new Restarted(hostname, isSecure);
  await using second = new Restarted(hostname, isSecure);
  const servers = [first, second];
  const targets = servers.map(({ target }) => target);
  const options: ChannelOptions = {
    ...(isSecure ? { tls } : {}),
    loadBalancing: "round_robin",
    reconnectSpread: 0,
    backoff: { initialBackoff: 100 },
  };
  await using direct = new Channel(targets, options);
  const network = proxyNetwork(url(proxy.route.port));
  await using tunnelled = new Channel(targets, { ...options, network });
  const channels = [direct, tunnelled];
  await using load = new Load(createClient(services.testService, tunnelled));
  await using other = new Load(createClient(services.testService, direct));
  const both = (count: number) =>
    Promise.all([load.more(count), other.more(count)]);
  for (const { log } of servers) await untilCount(log, "established", 2);
  for (let round = 1; round <= ROUNDS; round++) {
    for (const server of servers) {
      await both(20);
      await server.restart();
      await untilCount(server.log, "established", 2 * (round + 1));
    }
  }
  await both(50);
  await other.finish();
  await load.finish();
  for (const channel of channels) assertEquals(channel.state, "READY");
}

/** Answers with how a call failed. */
async function failure(options: ChannelOptions): Promise<GrpcError> {
  const hostname = ownAddress()!;
  await using server = new Restarted(hostname, false);
  await using channel = new Channel(server.target, options);
  const { EmptyCall } = createClient(services.testService, channel);
  return await assertRejects(() => EmptyCall({}), GrpcError);
}

async function wrongPassword(proxy: RunningProxy, tunnel: Tunnel) {
  const network = proxyNetwork(tunnel.url(proxy.route.port, "wrong"));
  const { code, message } = await failure({ network });
  assertEquals(code, Status.UNAVAILABLE);
  assert(/user name|401|407/.test(message), message);
}

async function restarted(proxy: RunningProxy, tunnel: Tunnel) {
  await using server = new Restarted(ownAddress()!, false);
  const network = proxyNetwork(tunnel.url(proxy.route.port));
  await using channel = new Channel(server.target, {
    network,
    backoff: { initialBackoff: 100 },
  });
  const { EmptyCall } = createClient(services.testService, channel);
  await EmptyCall({});
  await proxy.kill();
  const refused = await assertRejects(() => EmptyCall({}), GrpcError);
  assertEquals(refused.code, Status.UNAVAILABLE);
  const waiting = EmptyCall({}, { waitForReady: true, deadline: 20_000 });
  await proxy.start();
  assertEquals(await waiting, {});
}

function register(
  tunnel: Tunnel,
  found: Awaited<ReturnType<Tunnel["find"]>>,
  what: string,
  run: (proxy: RunningProxy) => Promise<void>,
): void {
  const missing = "missing" in found
    ? found.missing.split("\n")[0]
    : ownAddress() === undefined
    ? "no address but the loopback's"
    : undefined;
  const name = `${tunnel.name}: ${what}`;
  Deno.test({
    name: missing === undefined ? name : `${name} (skipped: ${missing})`,
    ignore: missing !== undefined,
    fn: async () => {
      assert("program" in found);
      await using proxy = await RunningProxy.start(tunnel, found.program, {
        backend: 0,
      });
      try {
        await run(proxy);
      } catch (cause) {
        throw new Error(`${cause}\n${tunnel.name} printed\n${proxy.printed}`, {
          cause,
        });
      }
    },
  });
}

for (const tunnel of [tinyproxy, microsocks]) {
  const found = await tunnel.find();
  for (const [kind, tls] of KINDS) {
    register(
      tunnel,
      found,
      `two servers restarted in turn lose no call (${kind})`,
      (proxy) => rollingRestart(proxy, tunnel, ownAddress()!, tls),
    );
  }
  register(
    tunnel,
    found,
    "a wrong password fails calls, which say so",
    (proxy) => wrongPassword(proxy, tunnel),
  );
  register(
    tunnel,
    found,
    "killed and started again, calls that wait get through",
    (proxy) => restarted(proxy, tunnel),
  );
}
