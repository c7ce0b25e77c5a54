import { nearest, requireObject } from "../../options/mod.ts";
import { isRecord } from "./form.ts";
import type { Option } from "./stack.ts";

/** Options as they were given, each under the option that it is. */
export interface Given<Field> {
  /** The values, by the key of the option. */
  readonly values: ReadonlyMap<Option<Field>, unknown>;
  /** The names of objects around them. */
  readonly groups: ReadonlySet<string>;
}

/** The objects around what Envoy has, which one may write or leave out. */
const WRAPPERS: readonly string[] = [
  "http2_protocol_options",
  "common_http_protocol_options",
];

/**
 * Finds the options of a stack in what was given, within objects or without.
 *
 * @param owner What they belong to, for messages.
 * @throws {TypeError} If a key is none of them; names the nearest.
 */
export function flatten<Field>(
  owner: string,
  given: object,
  options: readonly Option<Field>[],
): Given<Field> {
  const values = new Map<Option<Field>, unknown>();
  const groups = new Set<string>();
  const visit = (object: object, prefix: string): void => {
    requireObject(owner, object);
    for (const [name, value] of Object.entries(object)) {
      const key = prefix + name;
      if (value === undefined) continue;
      const isGroup = options.some((each) => each.key.startsWith(`${key}.`));
      if (prefix === "" && WRAPPERS.includes(name) && isRecord(value)) {
        visit(value, "");
      } else if (isGroup && isRecord(value)) {
        groups.add(key);
        visit(value, `${key}.`);
      } else values.set(find(owner, key, prefix, options), value);
    }
  };
  visit(given, "");
  return { values, groups };
}

function find<Field>(
  owner: string,
  key: string,
  prefix: string,
  options: readonly Option<Field>[],
): Option<Field> {
  const option = options.find((each) =>
    each.key === key || each.aliases?.includes(key)
  );
  if (option !== undefined) return option;
  const names = options
    .flatMap(({ key, aliases = [] }) => [key, ...aliases])
    .filter((each) => each.startsWith(prefix));
  const near = nearest(key, names) ?? nearest(key, groupsOf(names));
  const advice = near === undefined
    ? `expected one of ${names.join(", ")}`
    : `did you mean "${near}"?`;
  throw new TypeError(`Cannot use ${owner}: unknown key "${key}", ${advice}`);
}

function groupsOf(names: readonly string[]): string[] {
  return names.filter((name) => !name.startsWith("grpc."))
    .map((name) => name.split(".")[0]);
}
