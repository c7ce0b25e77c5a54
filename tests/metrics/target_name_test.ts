import { assertEquals } from "@std/assert";
import { targetName } from "../../src/metrics/target_name.ts";

const NAMES: Readonly<Record<string, string>> = {
  "localhost:50051": "dns:///localhost:50051",
  "10.0.0.1:50051": "dns:///10.0.0.1:50051",
  "[::1]:50051": "dns:///[::1]:50051",
  "dns:localhost": "dns:///localhost",
  "dns:///localhost:50051": "dns:///localhost:50051",
  "dns://8.8.8.8/localhost": "dns://8.8.8.8/localhost",
  "ipv4:10.0.0.1:1,10.0.0.2:1": "ipv4:10.0.0.1:1,10.0.0.2:1",
  "ipv4:///10.0.0.1:1": "ipv4:10.0.0.1:1",
  "ipv6:[::1]:1": "ipv6:[::1]:1",
  "unix:/run/a.sock": "unix:/run/a.sock",
  "unix:///run/a.sock": "unix:///run/a.sock",
  "10.0.0.1:1,10.0.0.2:1": "ipv4:10.0.0.1:1,10.0.0.2:1",
  "[::1]:1,[::2]:1": "ipv6:[::1]:1,[::2]:1",
  "a:1,b:1": "dns:///a:1,b:1",
  "consul://greeter": "consul://greeter",
};

for (const [target, name] of Object.entries(NAMES)) {
  Deno.test(`the target ${target} is ${name} in metrics`, () => {
    assertEquals(targetName(target), name);
  });
}
