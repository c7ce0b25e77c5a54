import type { Subcommand } from "./subcommand.ts";

/** A subcommand before it is loaded. */
export interface Entry {
  /** The word after the name of the program. */
  readonly name: string;
  /** What it does, in a line for the help. */
  readonly purpose: string;
  /** Loads it, with the packages that it needs and no others. */
  load(): Promise<{ readonly subcommand: Subcommand }>;
}

/** All that completions know, in the order of the help. */
export const SUBCOMMANDS: readonly Entry[] = [
  {
    name: "ping",
    purpose: "Round-trip times of HTTP/2 PINGs, as ping(8) has them",
    load: () => import("./ping/mod.ts"),
  },
  {
    name: "call",
    purpose: "Call a method, with JSON in and out",
    load: () => import("./call/mod.ts"),
  },
  {
    name: "list",
    purpose: "List services, or the methods of one",
    load: () => import("./list/mod.ts"),
  },
  {
    name: "describe",
    purpose: "Show a service, a method, a message or an enum as in a .proto",
    load: () => import("./describe/mod.ts"),
  },
  {
    name: "health",
    purpose: "Ask for the health of a server or a service, or watch it",
    load: () => import("./health/mod.ts"),
  },
  {
    name: "doctor",
    purpose: "Find mistakes in keepalive: of options, or of a live server",
    load: () => import("./doctor_subcommand.ts"),
  },
  {
    name: "watch",
    purpose: "Show a connection live: in place, as lines, or as a page",
    load: () => import("./watch_subcommand.ts"),
  },
  {
    name: "server",
    purpose: "An echo server that tells what happens to its connections",
    load: () => import("./server_subcommand.ts"),
  },
  {
    name: "client",
    purpose: "A client that does the same, and makes calls",
    load: () => import("./client_subcommand.ts"),
  },
];
