import { Channel, type ChannelOptions } from "../../mod.ts";
import { Words } from "../grpc/support/words.ts";

const [target, options] = Deno.args;
await using channel = new Channel(
  target,
  JSON.parse(options) as ChannelOptions,
);
try {
  console.log(await channel.unary(Words.one, "word", { deadline: 8_000 }));
} catch (error) {
  console.log(String(error));
}
