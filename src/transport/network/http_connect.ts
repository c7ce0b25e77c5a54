import { formatTarget } from "./address.ts";
import type { Proxy, TcpTarget } from "./tunnel.ts";

/** Who asks. */
export interface ProxyCredentials {
  /** The name of the user. */
  readonly username: string;
  /** The password. */
  readonly password: string;
}

/** The longest answer to CONNECT that is read, in octets. */
export const MAX_CONNECT_ANSWER = 16_384;

const END = "\r\n\r\n";
const STATUS_LINE = /^HTTP\/1\.[01] (\d{3})(?: ([^\r\n]*))?\r\n/;

/**
 * A proxy that is asked with the method CONNECT
 * ({@link https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6 | RFC 9110 section 9.3.6}).
 */
export function httpConnect(
  address: TcpTarget,
  credentials: ProxyCredentials | undefined,
): Proxy {
  return {
    address,
    async open(connection, target) {
      await connection.write(requestOf(target, credentials));
      let answer = "";
      while (!answer.endsWith(END)) {
        if (answer.length === MAX_CONNECT_ANSWER) {
          throw new Error(
            `its answer has no end within ${MAX_CONNECT_ANSWER} octets`,
          );
        }
        // "any 2xx … switch to tunnel mode immediately after the response header
        // section": not an octet behind it is the proxy's.
        const [octet] = await connection.read(1);
        answer += String.fromCharCode(octet);
      }
      requireConnected(answer, credentials);
    },
  };
}

function requestOf(
  target: TcpTarget,
  credentials: ProxyCredentials | undefined,
): Uint8Array {
  const authority = formatTarget(target);
  const lines = [`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`];
  if (credentials !== undefined) {
    const { username, password } = credentials;
    const octets = new TextEncoder().encode(`${username}:${password}`);
    lines.push(
      `Proxy-Authorization: Basic ${btoa(String.fromCharCode(...octets))}`,
    );
  }
  return new TextEncoder().encode(lines.join("\r\n") + END);
}

function requireConnected(
  answer: string,
  credentials: ProxyCredentials | undefined,
): void {
  const [, code, reason = ""] = STATUS_LINE.exec(answer) ?? [];
  if (code?.startsWith("2")) return;
  if (code === undefined) {
    throw new Error(
      `expected an answer in HTTP/1.1, received ${
        JSON.stringify(answer.slice(0, 40))
      }`,
    );
  }
  const hint = code !== "407"
    ? ""
    : credentials === undefined
    ? ": give it a user name and a password, http://user:password@host:port"
    : ": it does not accept the user name and the password";
  throw new Error(`it answered ${code} ${reason}`.trimEnd() + hint);
}
