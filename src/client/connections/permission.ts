/**
 * Whether Deno has not been given the permission to connect: no time, and no
 * other attempt, changes that.
 */
export function lacksPermission(error: Error): boolean {
  return error.name === "NotCapable";
}
