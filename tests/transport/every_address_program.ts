/** Listens on everything, and prints where, and who could connect. */
import { dial, listen } from "../../src/transport/mod.ts";

const reusePort = Deno.args[1] === "shared";
await using listener = listen({ port: Number(Deno.args[0]), reusePort });
const { hostname, port } = listener.addr as Deno.NetAddr;
if (reusePort) {
  await using other = listen({ port, reusePort });
  await other.close();
}
const reached: string[] = [];
for (const host of ["127.0.0.1", "::1"]) {
  try {
    const target = host.includes(":") ? `[${host}]` : host;
    await using transport = await dial(`${target}:${port}`);
    await transport.ping();
    reached.push(...[...listener.transports].map(({ peer }) => peer));
    await transport.close();
  } catch {
    // Nobody listens there.
  }
}
const hosts = reached.map((peer) => peer.replace(/:\d+$/, ""));
console.log(JSON.stringify({ hostname, reached: [...new Set(hosts)] }));
