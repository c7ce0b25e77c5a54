import { Channel, type ChannelOptions } from "../../mod.ts";
import { Words } from "../grpc/support/words.ts";

const [target, own, isPatient] = Deno.args;
await using channel = new Channel(
  target,
  JSON.parse(own) as ChannelOptions,
);
try {
  const waitForReady = isPatient === "patient";
  const options = { deadline: 8_000, waitForReady };
  console.log(await channel.unary(Words.one, "word", options));
} catch (error) {
  console.log(String(error));
}
