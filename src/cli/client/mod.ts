export { callAll } from "./call_all.ts";
export { stayConnected } from "./stay_connected.ts";
