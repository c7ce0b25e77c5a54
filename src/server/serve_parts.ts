import {
  DEFAULT_MAX_RECEIVE_LENGTH,
  encodingOption,
  serverHeartbeatOption,
} from "../grpc/mod.ts";
import { integerOption } from "../options/mod.ts";
import type { Telemetry } from "../otel/mod.ts";
import { serverParameters } from "../session/mod.ts";
import type { ListenOptions } from "../transport/mod.ts";
import { type CallSettings, composeInterceptors } from "./calls/mod.ts";
import { mergeServices, type Service } from "./implement.ts";
import type { ServeOptions } from "./options.ts";

/** Those of the options that are for `listen`. */
export function listenOptions(
  {
    interceptors: _interceptors,
    onHandlerError: _onHandlerError,
    maxReceiveMessageLength: _maxReceiveMessageLength,
    compression: _compression,
    heartbeat: _heartbeat,
    onListen: _onListen,
    signal: _signal,
    recorder: _recorder,
    otel: _otel,
    observer: _observer,
    ...rest
  }: ServeOptions,
): ListenOptions {
  return rest;
}

/**
 * Those that are for the calls, with the defaults.
 *
 * @throws {TypeError} If two services have a path in common.
 * @throws {RangeError} If the value of an option is not allowed.
 */
export function callSettings(
  options: ServeOptions,
  services: readonly Service[],
  tracing: Telemetry["tracing"],
): Omit<CallSettings, "handlers"> {
  const { interceptors = [], maxReceiveMessageLength } = options;
  const { maxConcurrentStreams } = serverParameters({
    maxConcurrentStreams: options.maxConcurrentStreams,
  });
  const implementations = mergeServices(services);
  return {
    maxReceiveLength: integerOption(
      "maxReceiveMessageLength",
      maxReceiveMessageLength,
      DEFAULT_MAX_RECEIVE_LENGTH,
      0,
    ),
    maxHandlers: maxConcurrentStreams,
    compression: encodingOption(options.compression),
    heartbeat: serverHeartbeatOption(options.heartbeat),
    find: (path) => implementations.get(path),
    intercept: composeInterceptors(
      tracing === undefined ? interceptors : [tracing.server, ...interceptors],
    ),
  };
}
