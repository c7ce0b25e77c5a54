// @ts-types="./mod.d.ts"
export * from "deno-std/async/abortable.js";
// @ts-types="./mod.d.ts"
export * from "deno-std/async/deadline.js";
// @ts-types="./mod.d.ts"
export * from "deno-std/async/debounce.js";
// @ts-types="./mod.d.ts"
export * from "deno-std/async/delay.js";
// @ts-types="./mod.d.ts"
export * from "deno-std/async/mux_async_iterator.js";
// @ts-types="./mod.d.ts"
export * from "deno-std/async/pool.js";
// @ts-types="./mod.d.ts"
export * from "deno-std/async/retry.js";
// @ts-types="./mod.d.ts"
export * from "deno-std/async/tee.js";
