import { lookupAddresses } from "../../src/transport/lookup.ts";

console.log(JSON.stringify(await lookupAddresses(Deno.args[0], 50051)));
