/**
 * gRPC calls over the streams of a transport: message framing, metadata,
 * status, deadlines, compression and service definitions (the "gRPC over
 * HTTP/2" protocol).
 *
 * @module
 */
export type { CallContext } from "./call_context.ts";
export {
  CALL_KEYS,
  type CallOptions,
  DEFAULT_MAX_RECEIVE_LENGTH,
} from "./call_options.ts";
export type {
  CallEnd,
  CallEvent,
  CallMessageEvent,
  EndedBy,
  MessageSums,
} from "./call_events.ts";
export type { ChannelEvent } from "./channel_events.ts";
export type { ServerEvent } from "./server_events.ts";
export type {
  ConnectionRecording,
  ConnectionStats,
  PingStats,
  RecordedCall,
  Spread,
} from "./connection_recording.ts";
export {
  CONNECTIVITY_STATES,
  type ConnectivityState,
} from "./connectivity_state.ts";
export { showCaller } from "./caller_stack.ts";
export type {
  ClientInterceptor,
  ClientRequest,
  ClientResponse,
  ServerInterceptor,
} from "./interceptors.ts";
export { isGrpcContentType } from "./content_type.ts";
export { fieldOf, lastOf } from "./fields.ts";
export type { PartialMessage } from "./partial_message.ts";
export {
  type AnyService,
  type DefinitionOf,
  type GenericServiceDefinition,
  type ServiceConstructor,
  toServiceDefinition,
} from "./any_service.ts";
export { type TypedAs, typedAs } from "./typed_as.ts";
export type { DetailType, ErrorDetail } from "./error_detail.ts";
export {
  GrpcError,
  type GrpcErrorOptions,
  keepRecording,
} from "./grpc_error.ts";
export {
  acceptedInterval,
  chosenInterval,
  HEARTBEAT_FIELD,
  type HeartbeatNews,
  heartbeatOf,
  heartbeatOption,
  type HeartbeatOptions,
  type HeartbeatParameters,
  HeartbeatTimeoutError,
  serverHeartbeatOption,
  type ServerHeartbeatOptions,
  type ServerHeartbeatParameters,
  StreamHeartbeat,
} from "./heartbeat/mod.ts";
export {
  ACCEPT_ENCODING,
  acceptedEncoding,
  type Arrived,
  Batch,
  CallLedger,
  canKeepFields,
  decompress,
  encodingOption,
  Inbox,
  isMessageEncoding,
  isUncompressed,
  type MessageCounter,
  type MessageEncoding,
  messageEncoding,
  MessageIterator,
  type MessageSource,
  MessageTally,
  notJustOne,
  type OnlyMessage,
  Outbox,
  type RawMessage,
  requireEncoding,
  requireOctets,
  sendAlone,
  uncompressed,
  type WaitingForOnly,
} from "./messages/mod.ts";
export type { MessageStream } from "./message_stream.ts";
export { binaryProblem } from "./binary_metadata.ts";
export { Metadata, type MetadataInit, textsOf } from "./metadata.ts";
export type { MetadataValue } from "./metadata_entry.ts";
export {
  isMethodPath,
  type MethodDefinition,
  methodNames,
  type Requests,
  type ServiceDefinition,
} from "./method.ts";
export { type Listeners, listenersOf, type Observer } from "./observer.ts";
export { decodeStatusMessage, encodeStatusMessage } from "./percent.ts";
export { requireDefinition } from "./require_definition.ts";
export { Status, statusName, statusOfHttp, statusOfReset } from "./status.ts";
export { decodeTimeout, encodeTimeout } from "./timeout.ts";
