import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

/** Octets of the heap that are in use: the garbage is collected first. */
export function heapInUse(): number {
  collect();
  return Deno.memoryUsage().heapUsed;
}
