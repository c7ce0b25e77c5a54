import { comparableDuration } from "../../options/mod.ts";
import { type Setting, SettingId } from "../../frames/mod.ts";
import {
  IDLE_LIMIT_SETTING,
  POLICY_SETTING,
  policyOfSettings,
} from "../../keepalive/mod.ts";

/** SETTINGS_ENABLE_CONNECT_PROTOCOL (RFC 8441). */
export const ENABLE_CONNECT_PROTOCOL = 0x8;

/** SETTINGS_NO_RFC7540_PRIORITIES (RFC 9218). */
export const NO_PRIORITIES = 0x9;

/**
 * What gRPC Core sends of its own: metadata of octets may come without base64. It
 * is not registered
 * ({@link https://github.com/grpc/grpc/blob/master/src/core/ext/transport/chttp2/transport/http2_settings.h | gRPC Core}).
 */
export const TRUE_BINARY_METADATA = 0xfe03;

const NAMES: ReadonlyMap<number, string> = new Map([
  ...Object.entries(SettingId).map(([name, id]) => [id, name] as const),
  [ENABLE_CONNECT_PROTOCOL, "ENABLE_CONNECT_PROTOCOL"],
  [NO_PRIORITIES, "NO_RFC7540_PRIORITIES"],
  [TRUE_BINARY_METADATA, "true binary metadata of gRPC Core (0xfe03)"],
  [POLICY_SETTING, "keepalive policy (0x4b41)"],
  [IDLE_LIMIT_SETTING, "idle limit of the path (0x4b42)"],
]);

/** SETTINGS for people, such as `MAX_FRAME_SIZE 16384`. */
export function describeSettings(settings: readonly Setting[]): string {
  if (settings.length === 0) return "none";
  return settings.map((setting) => {
    const [id] = setting;
    const name = NAMES.get(id) ?? `unknown setting 0x${id.toString(16)}`;
    return `${name} ${describeValue(setting)}`;
  }).join(", ");
}

function describeValue(setting: Setting): string {
  const [id, value] = setting;
  if (id === IDLE_LIMIT_SETTING && value > 0) return comparableDuration(value);
  const policy = id === POLICY_SETTING
    ? policyOfSettings([setting])
    : undefined;
  if (policy === undefined) return `${value}`;
  const { minTime, permitWithoutStream } = policy;
  const when = permitWithoutStream ? "also without a call" : "during calls";
  return `${comparableDuration(minTime)} between PINGs ${when}`;
}
