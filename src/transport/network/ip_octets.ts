const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** The octets of an IP address, 4 or 16; `undefined` for what is a name. */
export function ipOctets(hostname: string): number[] | undefined {
  if (hostname.includes(":")) return ipv6Octets(hostname);
  const parts = IPV4.exec(hostname)?.slice(1).map(Number);
  return parts?.every((part) => part <= 255) ? parts : undefined;
}

/** A URL has it in its shortest form: of groups, one gap, no dots. */
function ipv6Octets(hostname: string): number[] | undefined {
  const short = URL.parse(`http://[${hostname}]`)?.hostname.slice(1, -1);
  if (short === undefined) return undefined;
  const [head, tail] = short.split("::").map((part) =>
    part === "" ? [] : part.split(":").map((group) => parseInt(group, 16))
  );
  const gap = tail === undefined ? 0 : 8 - head.length - tail.length;
  return [...head, ...Array<number>(gap).fill(0), ...tail ?? []]
    .flatMap((group) => [group >> 8, group & 0xff]);
}
