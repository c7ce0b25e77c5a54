/**
 * Proxies that hand on what they do not understand: a client asks them for a
 * connection, with HTTP CONNECT or SOCKS version 5.
 *
 * @module
 */

import { findProgram, type ProxyKind } from "./proxy.ts";

/** A kind of proxy that clients have to know. */
export interface Tunnel extends ProxyKind {
  /** Its URL, with a user name and a password. */
  url(port: number, password?: string): string;
}

const USER = "ada";

/** Neither has a graceful reload, and both serve in one process. */
const simple: Pick<ProxyKind, "reload" | "worker"> = {
  async reload(proxy) {
    await proxy.kill();
    await proxy.start();
  },
  worker: ({ pid }) => Promise.resolve(pid),
};

/** HTTP CONNECT. */
export const tinyproxy: Tunnel = {
  ...simple,
  name: "tinyproxy",

  find: () => findProgram("tinyproxy", "-v"),

  async configure({ folder, port }) {
    const file = `${folder}/tinyproxy.conf`;
    const lines = [
      `Port ${port}`,
      "Listen 127.0.0.1",
      "Allow 127.0.0.1",
      "Timeout 600",
      "MaxClients 100",
      "LogLevel Warning",
      `BasicAuth ${USER} sesame`,
    ];
    await Deno.writeTextFile(file, `${lines.join("\n")}\n`);
    return ["-d", "-c", file];
  },

  url: (port, password = "sesame") =>
    `http://${USER}:${password}@127.0.0.1:${port}`,
};

/** SOCKS version 5. */
export const microsocks: Tunnel = {
  ...simple,
  name: "microsocks",

  // It has no flag that asks for its version.
  find: async () => {
    const found = await findProgram("sh", "-c", "command -v microsocks");
    return "program" in found
      ? { program: "microsocks" }
      : { missing: "microsocks is not installed" };
  },

  configure: ({ port }) =>
    Promise.resolve([
      ...["-i", "127.0.0.1", "-p", String(port)],
      ...["-u", USER, "-P", "p@ss w/rd: é"],
    ]),

  url: (port, password = "p@ss w/rd: é") =>
    `socks5://${USER}:${encodeURIComponent(password)}@127.0.0.1:${port}`,
};
