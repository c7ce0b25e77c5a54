/**
 * Serves a method whose handler keeps its request and never answers, and one
 * that tells the largest size that the process has had, in octets (Linux).
 */
import { implement, serve } from "../../mod.ts";
import { rawMethod } from "../grpc/support/played_call.ts";

const Peak = {
  hold: rawMethod("Hold", false, false),
  peak: rawMethod("Peak", false, false),
};

const held: Uint8Array[] = [];
const server = serve({ hostname: "127.0.0.1", port: 0 }, [
  implement(Peak, {
    hold: (request, call) => {
      held.push(request);
      return new Promise((_resolve, reject) => {
        call.signal.addEventListener("abort", () => {
          held.splice(held.indexOf(request), 1);
          reject(call.signal.reason);
        });
      });
    },
    peak: async () => {
      const status = await Deno.readTextFile("/proc/self/status");
      const [, kibibytes] = status.match(/VmHWM:\s+(\d+)/) ?? [];
      const octets = 1_024 * Number(kibibytes);
      return new TextEncoder().encode(`${octets} ${held.length}`);
    },
  }),
]);
console.log((server.addr as Deno.NetAddr).port);
