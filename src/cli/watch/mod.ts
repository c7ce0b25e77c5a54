export { parseWatchFlags, watchCommand } from "./flags.ts";
export type { WatchSettings } from "./settings.ts";
export { WatchPage } from "./page/mod.ts";
export { stayReady } from "./stay_ready.ts";
export { viewOf } from "./views.ts";
