/**
 * Makes some calls and ends: what is measured is for the exporter that the
 * environment has chosen.
 *
 * @module
 */
import { otelObserver } from "../../src/metrics/mod.ts";
import { echo, Stage } from "../grpc/support/words.ts";

const observer = otelObserver();
await using stage = new Stage(echo, {
  server: { observer },
  channel: { observer },
});
await stage.words.one("a word");
await stage.clients[0].ping();
