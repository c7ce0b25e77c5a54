import type { DescMethod, Message, Registry } from "@bufbuild/protobuf";
import { type CallOptions, type Channel, GrpcError } from "../../../mod.ts";
import { serviceDefinition } from "../../protobuf/mod.ts";
import { channelTo } from "../endpoint/mod.ts";
import { failureStatus, tellFailure } from "../failure.ts";
import { find, openSchema, type Schema } from "../schema/mod.ts";
import { onStopSignal } from "../stop_signals.ts";
import { UsageError } from "../usage_error.ts";
import { metadataOf } from "./headers.ts";
import type { CallSettings } from "./settings.ts";
import { Output } from "./output.ts";
import { onlyRequest, requestsOf } from "./requests.ts";

/** Milliseconds for the reflection of a server. */
const REFLECTION_DEADLINE = 10_000;

/** Calls, and prints; resolves to the exit status. */
export async function run(settings: CallSettings): Promise<number> {
  const stop = new AbortController();
  using _signals = onStopSignal(() => stop.abort());
  const metadata = metadataOf(settings.headers);
  await using channel = channelTo(settings.endpoint);
  try {
    await using schema = await openSchema(settings.files, channel, {
      metadata,
      signal: stop.signal,
      deadline: Math.min(settings.deadline, REFLECTION_DEADLINE),
    });
    return await callMethod(channel, schema, settings, {
      metadata,
      signal: stop.signal,
      deadline: settings.deadline,
      ...(settings.maxMessage === undefined
        ? {}
        : { maxReceiveMessageLength: settings.maxMessage }),
    });
  } catch (error) {
    // The reflection of the server has failed.
    if (!(error instanceof GrpcError)) throw error;
    tellFailure(error);
    return failureStatus(error);
  }
}

async function callMethod(
  channel: Channel,
  schema: Schema,
  settings: CallSettings,
  options: CallOptions,
): Promise<number> {
  const method = await find(schema, settings.method);
  if (method.kind !== "rpc") {
    throw new UsageError(
      `"${settings.method}" is a ${method.kind}: expected a method, such as helloworld.Greeter/SayHello`,
    );
  }
  const output = new Output(method, schema, settings);
  const call = new JsonCall(channel, method, schema.registry, settings);
  try {
    for await (const response of call.responses(output.watch(options))) {
      await output.message(response);
    }
    output.succeeded();
    return 0;
  } catch (error) {
    if (call.mistake !== undefined) throw call.mistake;
    if (!(error instanceof GrpcError)) throw error;
    await output.failed(error);
    return failureStatus(error);
  }
}

/** A call of any of the four kinds. */
class JsonCall {
  /** What was wrong with a request: the call has failed for it. */
  mistake: unknown;
  readonly #channel: Channel;
  readonly #method: DescMethod;
  readonly #registry: Registry;
  readonly #settings: CallSettings;

  constructor(
    channel: Channel,
    method: DescMethod,
    registry: Registry,
    settings: CallSettings,
  ) {
    this.#channel = channel;
    this.#method = method;
    this.#registry = registry;
    this.#settings = settings;
  }

  async *responses(options: CallOptions): AsyncGenerator<Message> {
    const channel = this.#channel;
    const { parent, localName } = this.#method;
    const definition = serviceDefinition(parent)[localName];
    switch (this.#method.methodKind) {
      case "unary":
        return yield await channel.unary(
          definition,
          await this.#one(),
          options,
        );
      case "server_streaming":
        return yield* channel.serverStreaming(
          definition,
          await this.#one(),
          options,
        );
      case "client_streaming":
        return yield await channel.clientStreaming(
          definition,
          this.#many(),
          options,
        );
      case "bidi_streaming":
        return yield* channel.bidiStreaming(definition, this.#many(), options);
    }
  }

  #one(): Promise<Message> {
    const registry = this.#registry;
    return onlyRequest(this.#method, { ...this.#settings, registry });
  }

  async *#many(): AsyncGenerator<Message> {
    const registry = this.#registry;
    try {
      yield* requestsOf(this.#method, { ...this.#settings, registry });
    } catch (error) {
      this.mistake = error;
      throw error;
    }
  }
}
