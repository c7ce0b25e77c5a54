import { messageOf } from "./errors.ts";

/**
 * What has kept a socket from listening, with the address, which neither Deno
 * nor the kernel names. The class stays, so that `Deno.errors.AddrInUse` can be
 * told from others; a missing permission says all by itself.
 *
 * @param where The address as text.
 */
export function listenError(error: unknown, where: string): unknown {
  const isPlain = error instanceof Error &&
    !(error instanceof TypeError) && !(error instanceof RangeError) &&
    !(error instanceof Deno.errors.NotCapable);
  if (!isPlain) return error;
  const ErrorClass = error.constructor as ErrorConstructor;
  const message = `Cannot listen on ${where}: ${messageOf(error)}`;
  return new ErrorClass(`${message}${adviceFor(error, where)}`, {
    cause: error,
  });
}

function adviceFor(error: Error, where: string): string {
  if (!(error instanceof Deno.errors.AddrInUse)) return "";
  return where.startsWith("unix:")
    ? "; is a server running there? If not, remove the file"
    : "; is another server running there? Port 0 takes a free one";
}
