import type { ConnectivityState } from "../../grpc/mod.ts";
import type { ChannelRecording } from "../../recorder/mod.ts";
import { roughDuration } from "../../options/mod.ts";
import { wordsOf } from "../../recorder/mod.ts";
import type { Band, Lane, Mark } from "./lane.ts";

/** How the states of a channel are drawn; one that is closed is not. */
const KINDS: Readonly<Partial<Record<ConnectivityState, Band["kind"]>>> = {
  IDLE: "idle",
  CONNECTING: "handshaking",
  READY: "open",
  TRANSIENT_FAILURE: "failing",
};

/** What is drawn of a channel: its states, and the attempts that failed. */
export function channelLaneOf(
  { id, events }: ChannelRecording,
  until: number,
): Lane {
  const states = events.filter((event) => event.type === "channel-state");
  const bands = states.flatMap(({ at, state }, i): Band[] => {
    const to = states[i + 1]?.at ?? until;
    const kind = KINDS[state];
    const words = `${state} for ${roughDuration(to - at)}`;
    return kind === undefined || to <= at
      ? []
      : [{ kind, from: at, to, words }];
  });
  const last = states.at(-1);
  return {
    name: `Channel ${id}`,
    bands,
    ticks: [],
    received: [],
    marks: events.flatMap((event): Mark[] => {
      const words = wordsOf(event);
      if (event.type === "connect-failed") {
        return [{ at: event.at, kind: "error", label: "no connection", words }];
      }
      return event.type === "resolution-failed"
        ? [{ at: event.at, kind: "error", label: "no address", words }]
        : [];
    }),
    calls: [],
    end: undefined,
    story: last === undefined ? "No state was recorded" : wordsOf(last),
  };
}
