const SCHEME = /^(dns|ipv4|ipv6):(?:\/\/\/)?(?!\/)/;
const OTHER_SCHEME = /^(?:unix:|[a-z][a-z0-9+.-]*:\/\/)/;
const IPV4_LIST = /^\d{1,3}(?:\.\d{1,3}){3}:\d+(?:,|$)/;

/**
 * What a channel leads to, as `grpc.target` has it: with its scheme, such as
 * `dns:///host:port` (gRFC A66).
 */
export function targetName(target: string): string {
  const scheme = SCHEME.exec(target);
  if (scheme !== null) {
    const name = target.slice(scheme[0].length);
    return scheme[1] === "dns" ? `dns:///${name}` : `${scheme[1]}:${name}`;
  }
  if (OTHER_SCHEME.test(target)) return target;
  if (!target.includes(",")) return `dns:///${target}`;
  if (IPV4_LIST.test(target)) return `ipv4:${target}`;
  return target.startsWith("[") ? `ipv6:${target}` : `dns:///${target}`;
}
