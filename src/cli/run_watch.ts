import { Channel } from "../../mod.ts";
import { watch } from "../observe/mod.ts";
import { check } from "./library_errors.ts";
import { onStopSignal } from "./stop_signals.ts";
import {
  stayReady,
  viewOf,
  WatchPage,
  type WatchSettings,
} from "./watch/mod.ts";

/** Runs the tool; resolves to the exit status. */
export async function runWatch(settings: WatchSettings): Promise<number> {
  const stop = new AbortController();
  const { signal } = stop;
  using _signals = onStopSignal(() => stop.abort());
  await using channel = channelOf(settings);
  // What the library warns of is among the events that are shown.
  console.warn = () => {};
  await using page = settings.web === undefined
    ? undefined
    : new WatchPage(settings.web, settings.target);
  using view = viewOf(settings, page?.url);
  const connected = stayReady(channel, signal);
  for await (
    const snapshot of watch(channel, { interval: settings.interval, signal })
  ) {
    view.show(snapshot);
    page?.show({ snapshot, recordings: channel.recordings() });
  }
  await channel.close();
  await connected;
  return 0;
}

function channelOf({ target, tls, ca, keepalive }: WatchSettings): Channel {
  const trust = ca === undefined ? tls : { caCerts: [ca] };
  return check("client", () =>
    new Channel(target, {
      tls: trust,
      keepalive,
      idleTimeout: Infinity,
      onEvent: () => {},
    }));
}
