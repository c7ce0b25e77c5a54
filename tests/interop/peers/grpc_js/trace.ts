import process from "node:process";
import * as grpc from "npm:@grpc/grpc-js@1.14.7";
import { report } from "./report.ts";

/** A log text of grpc-js and the report that it stands for; its named groups are more fields. */
type Meaning = [text: RegExp, type: string, fields?: Record<string, unknown>];

const CLIENT: Meaning[] = [
  [/Established secure connection/, "connection"],
  [/\((?<conn>\d+)\) \S+ Sending ping/, "ping", { from: "self" }],
  [/\((?<conn>\d+)\) \S+ Received ping response/, "pong", { from: "peer" }],
  [/\((?<conn>\d+)\) \S+ Ping timeout passed/, "keepalive-timeout"],
  [
    /\((?<conn>\d+)\) \S+ .* GOAWAY with code (?<code>\d+) and data (?:undefined|(?<debug>.*))/,
    "goaway",
    { from: "peer" },
  ],
  [/excess pings. Increasing ping interval to (?<timeMs>\d+)/, "slowed"],
  [/\((?<conn>\d+)\) \S+ session closed/, "disconnected"],
];

const SERVER: Meaning[] = [
  [/Connection established by client (?<remote>\S+)/, "connection"],
  [/\| keepalive \| .* Sending ping/, "ping", { from: "self" }],
  [/\| keepalive \| .* Received ping response/, "pong", { from: "peer" }],
  [/\| keepalive \| .* Ping timeout passed/, "keepalive-timeout"],
];

/** Reports what grpc-js tells of its connections only in its log. */
export function reportLog(role: "client" | "server"): void {
  const meanings = role === "client" ? CLIENT : SERVER;
  const write = (text: string) => {
    for (const [pattern, type, fields] of meanings) {
      const match = pattern.exec(text);
      if (match !== null) {
        report(type, { ...fields, ...readGroups(match.groups) });
      }
    }
    process.stderr.write(`${text}\n`);
  };
  grpc.setLogger({ error: write, info: write, debug: write });
  grpc.setLogVerbosity(grpc.logVerbosity.DEBUG);
}

function readGroups(
  groups: Record<string, string | undefined> = {},
): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(groups).map(([name, text = ""]) => [
      name,
      /^\d+$/.test(text) ? Number(text) : text,
    ]),
  );
}
