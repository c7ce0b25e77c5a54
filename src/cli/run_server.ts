import { Health, serve, type Server, ServingStatus } from "../../mod.ts";
import { serverParameters } from "../session/public.ts";
import { reflection } from "../reflection/mod.ts";
import type { Transport } from "../transport/public.ts";
import { inFlags } from "./flags.ts";
import { asUsageError, check } from "./library_errors.ts";
import type { Source } from "./lines.ts";
import { Report } from "./report.ts";
import type { ServerSettings } from "./settings.ts";
import { onStopSignal } from "./stop_signals.ts";
import { limitsInWords } from "./server_words.ts";
import { StartError, UsageError } from "./usage_error.ts";
import { echo, echoDescriptors } from "./echo/mod.ts";

/** Runs the tool; resolves to the exit status. */
export async function runServer(settings: ServerSettings): Promise<number> {
  const report = new Report(settings.json);
  const { keepalive, enforcement } = settings;
  const parameters = check(
    "server",
    () => serverParameters({ keepalive, enforcement }),
  );
  for (const message of parameters.warnings) {
    report.tool({ type: "warning", message: inFlags("server", message) });
  }
  const health = new Health({ "echo.Echo": ServingStatus.SERVING });
  const server = start(settings, health, report);
  using _signals = onStopSignal((signal, count) => {
    report.tool({ type: count === 1 ? "stopping" : "closing", signal });
    if (count > 1) return void server.close();
    health.set("", ServingStatus.NOT_SERVING);
    health.set("echo.Echo", ServingStatus.NOT_SERVING);
    void server.shutdown({ grace: settings.shutdownGrace });
  });
  report.tool({ type: "listening", ...placeOf(server.addr) });
  for (const line of limitsInWords(parameters)) report.note(line);
  report.note("Stop with Ctrl-C.");
  await server.finished;
  report.tool({ type: "stopped" });
  return 0;
}

/** Serves as the flags say. */
function start(
  settings: ServerSettings,
  health: Health,
  report: Report,
): Server {
  const { hostname, port, path, tls, keepalive, enforcement } = settings;
  const sourceOf = connectionNumbers();
  try {
    return serve({
      keepalive,
      enforcement,
      ...(path === undefined ? { hostname, port, tls } : { path }),
      onEvent: (event, transport) => {
        if (event.type === "warning") return;
        report.connection(event, sourceOf(transport));
      },
      onError: ({ message }) => report.tool({ type: "accept-failed", message }),
    }, [
      echo,
      health.service,
      reflection(echoDescriptors(), health.service),
    ]);
  } catch (error) {
    throw startError(error);
  }
}

/** Numbers the connections in the order of their first events. */
function connectionNumbers(): (transport: Transport) => Source {
  const sources = new WeakMap<Transport, Source>();
  let count = 0;
  return (transport) => {
    const known = sources.get(transport);
    if (known !== undefined) return known;
    const source = { connection: ++count, peer: transport.peer };
    sources.set(transport, source);
    return source;
  };
}

function startError(error: unknown): unknown {
  const identity = "tls.cert with tls.key";
  if (error instanceof RangeError && error.message.includes(identity)) {
    const flags = "--tls-cert and --tls-key";
    return new UsageError(error.message.replace(identity, flags));
  }
  const refused = asUsageError("server", error);
  if (refused !== error || !(error instanceof Error)) return refused;
  return new StartError(error.message);
}

function placeOf(addr: Deno.Addr): { address: string; port?: number } {
  if (addr.transport === "tcp") {
    const { hostname, port } = addr;
    const host = hostname.includes(":") ? `[${hostname}]` : hostname;
    return { address: `${host}:${port}`, port };
  }
  return { address: "path" in addr ? `unix:${addr.path}` : addr.transport };
}
