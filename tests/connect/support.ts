import { type Client, createClient } from "@connectrpc/connect";
import {
  Channel,
  type ChannelOptions,
  serve,
  type Service,
} from "@keepalive/grpc";
import {
  createTransport,
  type TransportOptions,
} from "@keepalive/grpc/connect";
import { Shop } from "../protobuf/generated/shop_pb.ts";

/** Runs with a client of Connect over a channel to a server of its own. */
export async function withShop(
  services: readonly Service[],
  run: (shop: Client<typeof Shop>) => Promise<void>,
  options?: TransportOptions,
  channelOptions?: ChannelOptions,
): Promise<void> {
  await using server = serve({ hostname: "127.0.0.1", port: 0 }, services);
  const { port } = server.addr as Deno.NetAddr;
  await using channel = new Channel(`127.0.0.1:${port}`, channelOptions);
  await run(createClient(Shop, createTransport(channel, options)));
}

/** The messages of a stream. */
export async function all<Message>(
  messages: AsyncIterable<Message>,
): Promise<Message[]> {
  const found = [];
  for await (const message of messages) found.push(message);
  return found;
}
