import { assertEquals } from "@std/assert";
import { serverAttributes } from "../../src/metrics/conventions.ts";

const PLACES: Readonly<Record<string, readonly [string, number?]>> = {
  "localhost:50051": ["localhost", 50_051],
  "dns:///localhost:50051": ["localhost", 50_051],
  "dns:localhost:50051": ["localhost", 50_051],
  "dns:///localhost": ["localhost"],
  "ipv4:10.0.0.1:50051": ["10.0.0.1", 50_051],
  "ipv6:[::1]:50051": ["::1", 50_051],
  "[::1]:50051": ["::1", 50_051],
  "ipv4:10.0.0.1:1,10.0.0.2:1": ["ipv4:10.0.0.1:1,10.0.0.2:1"],
  "unix:/run/a.sock": ["/run/a.sock"],
  "unix:///run/a.sock": ["/run/a.sock"],
};

for (const [target, [address, port]] of Object.entries(PLACES)) {
  Deno.test(`the server of ${target} is ${address} ${port ?? ""}`, () => {
    assertEquals(serverAttributes(target), {
      "server.address": address,
      ...port === undefined ? {} : { "server.port": port },
    });
  });
}
