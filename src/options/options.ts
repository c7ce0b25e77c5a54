import { display } from "./display.ts";
import { nearest } from "./nearest.ts";
import { placesOf, plain } from "./places.ts";

/**
 * Refuses options that have an unknown key, or are no object.
 *
 * @param owner What the options belong to, for the message.
 * @throws {TypeError} Names the nearest known key.
 */
export function requireKnownKeys(
  owner: string,
  options: object,
  known: readonly string[],
): void {
  requireKeys(owner, options, known, advice);
}

/**
 * Refuses options of a channel, a call or a server that have an unknown key, or
 * are no object. A key that belongs elsewhere, or that another stack has, is told
 * where it belongs here.
 *
 * @param owner What the options belong to, for the message.
 * @throws {TypeError} Names what the key may mean.
 */
export function requireOptionKeys(
  owner: string,
  options: object,
  known: readonly string[],
): void {
  requireKeys(owner, options, known, adviceOnPlaces);
}

function requireKeys(
  owner: string,
  options: object,
  known: readonly string[],
  advise: (key: string, known: readonly string[], owner: string) => string,
): void {
  requireObject(owner, options);
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    throw new TypeError(
      `Cannot use ${owner}: unknown key "${key}", ${advise(key, known, owner)}`,
    );
  }
}

function advice(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  return near === undefined
    ? `expected one of ${known.join(", ")}`
    : `did you mean "${near}"?`;
}

/** More known keys than this would hide what stands after them. */
const SHORT_LIST = 10;

/** What is known here by another spelling comes first, what is near last. */
function adviceOnPlaces(
  key: string,
  known: readonly string[],
  owner: string,
): string {
  const places = placesOf(key);
  const here = known.find((each) => plain(each) === plain(key)) ??
    places.map(([path]) => withinGroup(path, owner))
      .find((path) => known.includes(path));
  if (here !== undefined) return `did you mean "${here}"?`;
  if (places.length === 0) return advice(key, known);
  const meant = places.map(([path, owners]) => `${path} of ${owners}`)
    .join(", or ");
  return known.length > SHORT_LIST
    ? `which is ${meant}`
    : `expected one of ${known.join(", ")}; that is ${meant}`;
}

/** A path as it is written within its own group, such as "the TLS options". */
function withinGroup(path: string, owner: string): string {
  const [group, key] = path.split(".");
  const isOwn = owner.toLowerCase().includes(group.toLowerCase());
  return key !== undefined && isOwn ? key : path;
}

/**
 * Refuses what is no object, or is an array.
 *
 * @throws {TypeError} If it is something else.
 */
export function requireObject(owner: string, value: unknown): void {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return;
  }
  throw new TypeError(
    `Cannot use ${owner}: expected an object, received ${display(value)}`,
  );
}

/**
 * A function, or nothing.
 *
 * @throws {TypeError} If the value is something else.
 */
export function requireFunction(name: string, value: unknown): void {
  if (value === undefined || typeof value === "function") return;
  throw new TypeError(
    `Cannot use ${name}: expected a function, received ${display(value)}`,
  );
}

/**
 * An array of functions, or nothing.
 *
 * @throws {TypeError} If the value is something else.
 */
export function requireFunctions(name: string, value: unknown): void {
  if (value === undefined) return;
  if (!Array.isArray(value)) {
    throw new TypeError(
      `Cannot use ${name}: expected an array of functions, received ${
        display(value)
      }`,
    );
  }
  for (const [index, each] of value.entries()) {
    if (typeof each === "function") continue;
    throw new TypeError(
      `Cannot use ${name}[${index}]: expected a function, received ${
        display(each)
      }`,
    );
  }
}

/**
 * Text that is not empty, or nothing.
 *
 * @throws {TypeError} If the value is something else.
 */
export function requireText(name: string, value: unknown): void {
  if (value === undefined || typeof value === "string" && value !== "") return;
  throw new TypeError(
    `Cannot use ${name}: expected a string that is not empty, received ${
      display(value)
    }`,
  );
}

/**
 * An object with some functions, of a class or not, or nothing.
 *
 * @throws {TypeError} If the value is something else.
 */
export function requireMembers(
  name: string,
  value: unknown,
  members: readonly string[],
): void {
  if (value === undefined) return;
  const own = Object(value);
  const missing = members.filter((each) => typeof own[each] !== "function");
  if (missing.length === 0) return;
  const isLike = typeof value === "object" && value !== null;
  throw new TypeError(
    `Cannot use ${name}: expected an object with the functions ${
      members.join(", ")
    }, received ${
      isLike ? `one without ${missing.join(", ")}` : display(value)
    }`,
  );
}

/**
 * An `AbortSignal`, or nothing.
 *
 * @throws {TypeError} If the value is something else.
 */
export function requireSignal(value: unknown): void {
  if (value === undefined) return;
  const { addEventListener, aborted } = Object(value);
  if (typeof addEventListener === "function" && typeof aborted === "boolean") {
    return requireListenable(value as Listenable);
  }
  throw new TypeError(
    `Cannot use signal: expected an AbortSignal, received ${display(value)}`,
  );
}

/** As much of an `AbortSignal` as is looked at. */
interface Listenable {
  readonly aborted: boolean;
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

/** The platform keeps who listens on the signal itself, and has no room there. */
function requireListenable(signal: Listenable): void {
  if (Object.isExtensible(signal) || signal.aborted) return;
  const probe = () => {};
  try {
    signal.addEventListener("abort", probe);
    signal.removeEventListener("abort", probe);
  } catch (cause) {
    throw new TypeError(
      "Cannot use signal: expected an AbortSignal, received one that is frozen, which nothing can listen to",
      { cause },
    );
  }
}
