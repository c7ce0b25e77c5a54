import type { ProxyCredentials } from "./http_connect.ts";
import { ipOctets } from "./ip_octets.ts";
import type { Proxy, ProxyConnection, TcpTarget } from "./tunnel.ts";

const VERSION = 5;
const NO_AUTHENTICATION = 0;
const USERNAME_PASSWORD = 2;
const NONE_ACCEPTABLE = 0xff;

/** RFC 1928 section 5: the types of addresses. */
const IPV4 = 1;
const DOMAINNAME = 3;
const IPV6 = 4;

/** What fits behind one octet that counts. */
const MAX_COUNTED = 255;

/** RFC 1928 section 6, by their codes. */
const REPLIES = [
  "succeeded",
  "general SOCKS server failure",
  "connection not allowed by ruleset",
  "Network unreachable",
  "Host unreachable",
  "Connection refused",
  "TTL expired",
  "Command not supported",
  "Address type not supported",
];

/**
 * A proxy of SOCKS version 5
 * ({@link https://www.rfc-editor.org/rfc/rfc1928 | RFC 1928}), with a user name
 * and a password if there are any
 * ({@link https://www.rfc-editor.org/rfc/rfc1929 | RFC 1929}). Names are looked
 * up by the proxy.
 */
export function socks5(
  address: TcpTarget,
  credentials: ProxyCredentials | undefined,
): Proxy {
  return {
    address,
    async open(connection, target) {
      await negotiate(connection, credentials);
      await connection.write(connectRequest(target));
      const [version, reply, , type] = await connection.read(4);
      requireVersion(version);
      if (reply !== 0) {
        throw new Error(
          `it answered ${REPLIES[reply] ?? `with the unknown code ${reply}`}`,
        );
      }
      await connection.read(await addressLength(connection, type) + 2);
    },
  };
}

async function negotiate(
  connection: ProxyConnection,
  credentials: ProxyCredentials | undefined,
): Promise<void> {
  const methods = credentials === undefined
    ? [NO_AUTHENTICATION]
    : [NO_AUTHENTICATION, USERNAME_PASSWORD];
  await connection.write(Uint8Array.of(VERSION, methods.length, ...methods));
  const [version, method] = await connection.read(2);
  requireVersion(version);
  if (method === NO_AUTHENTICATION) return;
  if (method === USERNAME_PASSWORD && credentials !== undefined) {
    await authenticate(connection, credentials);
    return;
  }
  throw new Error(
    method === NONE_ACCEPTABLE && credentials === undefined
      ? "it wants to know who asks: give it a user name and a password, socks5://user:password@host:port"
      : "it accepts none of the ways of authentication that are known here",
  );
}

async function authenticate(
  connection: ProxyConnection,
  { username, password }: ProxyCredentials,
): Promise<void> {
  await connection.write(
    Uint8Array.of(1, ...counted(username), ...counted(password)),
  );
  const [, status] = await connection.read(2);
  if (status === 0) return;
  throw new Error("it does not accept the user name and the password");
}

function connectRequest({ hostname, port }: TcpTarget): Uint8Array {
  return Uint8Array.of(
    ...[VERSION, 1, 0],
    ...addressOf(hostname),
    ...[port >> 8, port & 0xff],
  );
}

function addressOf(hostname: string): number[] {
  const octets = ipOctets(hostname);
  if (octets === undefined) return [DOMAINNAME, ...counted(hostname)];
  return [octets.length === 4 ? IPV4 : IPV6, ...octets];
}

/** "The first octet of the address field contains the number of octets of name". */
function counted(text: string): number[] {
  const octets = new TextEncoder().encode(text);
  if (octets.length > MAX_COUNTED) {
    throw new Error(
      `SOCKS has room for a name of at most ${MAX_COUNTED} octets, received one of ${octets.length}`,
    );
  }
  return [octets.length, ...octets];
}

async function addressLength(
  connection: ProxyConnection,
  type: number,
): Promise<number> {
  if (type === IPV4) return 4;
  if (type === IPV6) return 16;
  if (type === DOMAINNAME) return (await connection.read(1))[0];
  throw new Error(`its answer has an address of the unknown type ${type}`);
}

function requireVersion(version: number): void {
  if (version === VERSION) return;
  throw new Error(
    `expected an answer of SOCKS version 5, received octet ${version}`,
  );
}
