import type {
  DescEnum,
  DescExtension,
  DescField,
  DescMessage,
  DescMethod,
  DescService,
  FileRegistry,
} from "@bufbuild/protobuf";
import { nearest } from "../nearest.ts";
import { StartError } from "../usage_error.ts";

/** What has a name of its own in descriptors. */
export type Described =
  | DescService
  | DescMethod
  | DescMessage
  | DescEnum
  | DescExtension
  | DescField;

/** The descriptors that are known, or that a server tells. */
export interface Schema extends AsyncDisposable {
  /** Everything that is known so far. */
  readonly registry: FileRegistry;
  /** The full names of the services, in order. */
  services(): Promise<readonly string[]>;
  /** Makes a name known with all that it needs, if somebody knows it. */
  learn(name: string): Promise<void>;
}

/**
 * What a full name such as `pkg.Service.Method` stands for; a slash before
 * the method is taken, too.
 *
 * @throws {StartError} If nobody knows it.
 */
export async function find(schema: Schema, given: string): Promise<Described> {
  const name = given.replace(/^\./, "").replace("/", ".");
  const known = lookUp(schema.registry, name);
  if (known !== undefined) return known;
  await schema.learn(name);
  const found = lookUp(schema.registry, name);
  if (found !== undefined) return found;
  // Not every server finds a method by its name.
  const [parent] = split(name);
  if (parent !== "") await schema.learn(parent);
  return lookUp(schema.registry, name) ?? await notFound(schema, name);
}

function lookUp(registry: FileRegistry, name: string): Described | undefined {
  const type = registry.get(name);
  if (type !== undefined) return type;
  const [parent, last] = split(name);
  const owner = registry.get(parent);
  if (owner?.kind === "service") {
    return owner.methods.find((method) => method.name === last);
  }
  if (owner?.kind === "message") {
    return owner.fields.find((field) => field.name === last);
  }
}

async function notFound(schema: Schema, name: string): Promise<never> {
  const [parent, last] = split(name);
  const owner = schema.registry.getService(parent);
  const names = owner === undefined
    ? await schema.services()
    : owner.methods.map((method) => method.name);
  const near = nearest(owner === undefined ? name : last, names) ??
    (owner === undefined ? nearest(parent, names) : undefined);
  const what = owner === undefined
    ? `"${name}" is not known`
    : `${parent} has no method "${last}"`;
  const advice = near !== undefined
    ? `did you mean "${near}"?`
    : `known are ${names.slice(0, MOST_NAMED).join(", ") || "no services"}${
      names.length > MOST_NAMED ? " and more" : ""
    }`;
  throw new StartError(`${what}: ${advice}`);
}

const MOST_NAMED = 8;

function split(name: string): [parent: string, last: string] {
  const dot = name.lastIndexOf(".");
  return [name.slice(0, Math.max(0, dot)), name.slice(dot + 1)];
}
