export { MOST_LISTENERS } from "./listeners.ts";
export { WatchPage } from "./watch_page.ts";
