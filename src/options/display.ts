/** A value as a message shows it: what is long or empty is told by its kind. */
export function display(value: unknown): string {
  if (typeof value === "string") return `"${value}"`;
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return "an array";
  if (typeof value !== "object" || value === null) return String(value);
  const { name = "" } = Object(Object(value).constructor);
  return name === "Object" || typeof name !== "string" || name === ""
    ? "an object"
    : `an object of ${name}`;
}
