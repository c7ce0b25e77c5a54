import { DialError } from "../../../mod.ts";
import type {
  DialOptions,
  Transport,
  TransportListener,
} from "../../transport/public.ts";
import type { Report } from "../report.ts";
import type { ClientSettings } from "../settings.ts";
import { UsageError } from "../usage_error.ts";

/**
 * The options of a connection as the flags set them.
 *
 * @throws {UsageError} If the flags contradict each other.
 */
export function connectionOptions(
  { keepalive, target, tls, ca, systemCa }: ClientSettings,
): Pick<DialOptions, "keepalive" | "tls"> {
  if (!tls && ca === undefined) return { keepalive, tls: false };
  if (target.startsWith("unix:")) {
    throw new UsageError(`Cannot use --tls: ${target} is a Unix socket`);
  }
  if (ca === undefined) return { keepalive, tls };
  return { keepalive, tls: { caCerts: [ca], systemCaCerts: systemCa } };
}

/** Reports events, but not what is told elsewhere: why an attempt failed. */
export function connectionReporter(report: Report): TransportListener {
  const established = new WeakSet<Transport>();
  return (event, transport) => {
    if (event.type === "established") established.add(transport);
    const isTold = event.type === "warning" ||
      (event.type === "closed" && !established.has(transport));
    if (!isTold) report.connection(event);
  };
}

/** Whether an attempt to connect failed for a reason that may pass. */
export function isDialFailure(error: unknown): error is Error {
  return error instanceof DialError || error instanceof Deno.errors.NotCapable;
}
