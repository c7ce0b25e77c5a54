import { lookupAddresses } from "../../src/transport/mod.ts";

console.log(JSON.stringify(await lookupAddresses(Deno.args[0], 50051)));
