import { lookupAddresses } from "../../src/transport/network/lookup.ts";

console.log(
  JSON.stringify(await lookupAddresses(Deno.args[0], { port: 50051 })),
);
