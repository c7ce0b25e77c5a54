import { Alike } from "../collections/mod.ts";
import {
  type ChannelEvent,
  type ClientInterceptor,
  listenersOf,
} from "../grpc/mod.ts";
import { type Telemetry, telemetryOf } from "../otel/mod.ts";
import { type Recorded, recordedBy, Recorder } from "../recorder/mod.ts";
import { denoNetwork, type Network } from "../transport/mod.ts";
import {
  type Clock,
  nextId,
  randomOption,
  systemClock,
  warnUnheard,
} from "../runtime/mod.ts";
import { callRules, type CallSetup } from "./calls/mod.ts";
import {
  ChannelKeepalive,
  type ChannelListener,
  ChannelTracer,
  Dialer,
  type DialerSetup,
  localHealthOf,
  ReconnectThrottles,
  sleepWatchOf,
} from "./connections/mod.ts";
import {
  Connector,
  type ConnectorParts,
  type ConnectorSetup,
} from "./connector/mod.ts";
import {
  type ChannelParameters,
  channelParameters,
} from "./channel_parameters.ts";
import type { ChannelOptions } from "./options.ts";
import { resolverOf, tlsNameOf } from "./resolving/mod.ts";

/** What a channel is made of. */
export interface ChannelParts {
  /** Finds connections. */
  readonly connector: Connector;
  /** How its calls are made. */
  readonly calls: CallSetup;
  /** Remembers what happened, unless that is turned off. */
  readonly recorder: Recorder;
}

/** What is made beside a channel has the same time and chance. */
export interface ChannelTime {
  /** The clock of the channel. */
  readonly clock: Clock;
  /** Draws a number from 0 to 1. */
  readonly random: () => number;
}

const times = new WeakMap<object, ChannelTime>();

/** Those of a channel; of the system for a stand-in. */
export function timeOf(channel: object): ChannelTime {
  return times.get(channel) ?? { clock: systemClock, random: Math.random };
}

/**
 * Checks the options of a channel, and makes its parts.
 *
 * @param channel What they are for.
 * @throws {TypeError} If the target or an option cannot be used.
 * @throws {RangeError} If the value of an option is not allowed.
 */
export function channelParts(
  target: string | readonly string[],
  options: ChannelOptions,
  channel: object,
): ChannelParts {
  const parameters = channelParameters(target, options);
  const { clock, random } = ownTime(channel, options);
  const keepalive = new ChannelKeepalive(
    options.keepalive,
    random(),
    clock,
    parameters.authority,
  );
  const observed = observedBy(target, options, clock);
  const inputs = { target, keepalive, observed, random };
  const connector = new Connector(connectorParts(parameters, options, inputs));
  const calls = callSetup(parameters, options, inputs);
  if (options.onEvent === undefined) warnUnheard(keepalive.warnings);
  return { connector, calls, recorder: observed.recorder };
}

/** The time of a channel, which is remembered if it is not the system's. */
function ownTime(channel: object, options: ChannelOptions): ChannelTime {
  const { clock = systemClock } = options;
  const time = { clock, random: randomOption(options.random) };
  const isOwn = options.clock !== undefined || options.random !== undefined;
  if (isOwn) times.set(channel, time);
  return time;
}

/** Those of the channels that were made with the same are one object. */
const CALLS = new Alike<CallSetup>();
const CONNECTORS = new Alike<ConnectorSetup>();
const DIALS = new Alike<DialerSetup["options"]>();

function callSetup(
  { heartbeat }: ChannelParameters,
  { serviceConfig, interceptors }: ChannelOptions,
  { target, observed: { telemetry }, random }: ConnectorInputs,
): CallSetup {
  const tracing = telemetry.tracing?.client(target);
  return CALLS.of({
    rules: callRules(serviceConfig),
    random,
    heartbeat,
    interceptors: around(interceptors, tracing),
  });
}

/** Those of the options, and what traces inside them. */
function around(
  interceptors: readonly ClientInterceptor[] | undefined,
  tracing: ClientInterceptor | undefined,
): readonly ClientInterceptor[] {
  if (tracing !== undefined) return [...interceptors ?? [], tracing];
  return interceptors === undefined ? NO_INTERCEPTORS : [...interceptors];
}

const NO_INTERCEPTORS: readonly ClientInterceptor[] = [];

/** Who is told what a channel does. */
interface ChannelObservers {
  readonly recorder: Recorder;
  readonly recorded: Recorded | undefined;
  readonly telemetry: Telemetry;
  readonly tracer: ChannelTracer;
}

function observedBy(
  target: string | readonly string[],
  options: ChannelOptions,
  clock: Clock,
): ChannelObservers {
  const recorder = new Recorder({ clock });
  const recorded = recordedBy(recorder, options.recorder);
  const telemetry = telemetryOf(options, clock);
  const listeners = listenersOf(telemetry.observer);
  return {
    recorder,
    recorded,
    telemetry,
    tracer: new ChannelTracer({
      channelId: nextId("channel"),
      target: String(target),
      isSecure: Boolean(options.tls),
      clock,
      listeners,
      listener: joined(recorded, listeners.channel),
      recorder: recorded,
    }),
  };
}

/** One that tells the recorder first. */
function joined(
  recorded: ChannelListener | undefined,
  listener: ((event: ChannelEvent) => void) | undefined,
): ChannelListener | undefined {
  if (listener === undefined) return recorded;
  return {
    channel(event) {
      recorded?.channel(event);
      listener(event);
    },
  };
}

/** What a channel has before its connector. */
interface ConnectorInputs {
  readonly target: string | readonly string[];
  readonly keepalive: ChannelKeepalive;
  readonly observed: ChannelObservers;
  readonly random: () => number;
}

function connectorParts(
  parameters: ChannelParameters,
  options: ChannelOptions,
  inputs: ConnectorInputs,
): ConnectorParts {
  const { tracer } = inputs.observed;
  const { network = denoNetwork } = options;
  const setup = connectorSetup(parameters, inputs);
  return {
    setup,
    dialer: dialerOf(parameters, options, inputs, network),
    tracer,
    throttles: new ReconnectThrottles(setup),
    resolver: options.resolver ?? resolverOf(parameters.target, network),
    authority: parameters.authority,
  };
}

function connectorSetup(
  parameters: ChannelParameters,
  { keepalive, observed: { tracer }, random }: ConnectorInputs,
): ConnectorSetup {
  const { clock } = tracer;
  return CONNECTORS.of({
    isMain: true,
    clock,
    sleep: sleepWatchOf(clock),
    suspicionTimeout: keepalive.inForce.timeout / 2,
    health: localHealthOf(clock),
    random,
    verify: parameters.verify,
    verifyAfter: parameters.verifyAfter,
    backoff: parameters.backoff,
    reconnectSpread: parameters.reconnectSpread,
    minConnectTimeout: parameters.minConnectTimeout,
    idleTimeout: parameters.idleTimeout,
    loadBalancing: parameters.loadBalancing,
  });
}

function dialerOf(
  parameters: ChannelParameters,
  options: ChannelOptions,
  { keepalive, observed: { recorded, telemetry, tracer }, random }:
    ConnectorInputs,
  network: Network,
): Dialer {
  return new Dialer({
    options: DIALS.of({
      tls: options.tls,
      onEvent: options.onEvent,
      observer: telemetry.observer,
      settingsTimeout: options.settingsTimeout,
      maxHeaderListSize: options.maxHeaderListSize,
      absoluteMaxHeaderListSize: options.absoluteMaxHeaderListSize,
      maxWindowSize: parameters.maxWindowSize,
      clock: tracer.clock,
      network,
      random,
    }),
    memoryQuota: parameters.memoryQuota,
    keepalive,
    recorder: recorded,
    outside: telemetry.outside,
    hostname: options.tls ? tlsNameOf(parameters.authority) : "",
  });
}
