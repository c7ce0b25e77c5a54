/**
 * Makes some calls and ends: what is measured is for the exporter that the
 * environment has chosen.
 *
 * @module
 */
import { otelObserver } from "../../src/metrics/mod.ts";
import { echo, Stage } from "../grpc/support/words.ts";

// Either the option, or the part of it.
const options = Deno.args.includes("--option")
  ? { otel: true }
  : { observer: otelObserver() };
await using stage = new Stage(echo, { server: options, channel: options });
await stage.words.one("a word");
await stage.clients[0].ping();
