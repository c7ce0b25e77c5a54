/**
 * What other stacks call options of this library, if more than the words are set
 * apart in another way: the paths here, and the names there. gRPC Core's are
 * those of grpc-js, too.
 */
export const OTHER_NAMES:
  readonly (readonly [paths: readonly string[], names: readonly string[]])[] = [
    [["keepalive.time"], [
      "grpc.keepalive_time_ms",
      "grpc.http2.min_time_between_pings_ms",
      // grpc-java, tonic, Connect, .NET
      "keepAliveTime",
      "http2_keep_alive_interval",
      "pingIntervalMs",
      "KeepAlivePingDelay",
      "interval",
    ]],
    [["keepalive.timeout"], [
      "grpc.keepalive_timeout_ms",
      "keepAliveTimeout",
      "http2_keepalive_timeout",
      "pingTimeoutMs",
      "KeepAlivePingTimeout",
    ]],
    [["keepalive.permitWithoutStream"], [
      "keepAliveWithoutCalls",
      "keep_alive_while_idle",
      "pingIdleConnection",
      "KeepAlivePingPolicy",
    ]],
    [["keepalive.permitWithoutStream", "enforcement.permitWithoutStream"], [
      "grpc.keepalive_permit_without_calls",
      "permitWithoutCalls",
    ]],
    [["enforcement.permitWithoutStream"], ["permitKeepAliveWithoutCalls"]],
    [["keepalive.maxPingsWithoutData"], ["grpc.http2.max_pings_without_data"]],
    [["enforcement.minTime"], [
      "grpc.http2.min_ping_interval_without_data_ms",
      "grpc.http2.min_recv_ping_interval_without_data_ms",
      "permitKeepAliveTime",
    ]],
    [["enforcement.maxPingStrikes"], ["grpc.http2.max_ping_strikes"]],
    [["keepalive.maxConnectionIdle"], ["grpc.max_connection_idle_ms"]],
    [["keepalive.maxConnectionAge"], ["grpc.max_connection_age_ms"]],
    [["keepalive.maxConnectionAgeGrace"], [
      "grpc.max_connection_age_grace_ms",
    ]],
    // grpc-go
    [["keepalive"], ["ClientParameters", "ServerParameters"]],
    [["enforcement"], ["EnforcementPolicy"]],
    [["backoff.initialBackoff"], [
      "grpc.initial_reconnect_backoff_ms",
      "BaseDelay",
    ]],
    [["backoff.maxBackoff"], ["grpc.max_reconnect_backoff_ms", "MaxDelay"]],
    [["backoff.backoffMultiplier"], ["Multiplier"]],
    [["handshakeTimeout"], [
      "MinConnectTimeout",
      "ConnectionTimeout",
      "connect_timeout",
    ]],
    [["idleTimeout"], [
      "grpc.client_idle_timeout_ms",
      "idleConnectionTimeoutMs",
      "PooledConnectionIdleTimeout",
    ]],
    [["maxReceiveMessageLength"], [
      "grpc.max_receive_message_length",
      "MaxRecvMsgSize",
      "MaxCallRecvMsgSize",
      "maxInboundMessageSize",
      "max_decoding_message_size",
      "MaxReceiveMessageSize",
      "readMaxBytes",
    ]],
    [["maxHeaderListSize"], [
      "grpc.max_metadata_size",
      "maxInboundMetadataSize",
    ]],
    [["absoluteMaxHeaderListSize"], ["grpc.absolute_max_metadata_size"]],
    [["maxConcurrentStreams"], [
      "grpc.max_concurrent_streams",
      "maxConcurrentCallsPerConnection",
    ]],
    [["authority"], ["grpc.default_authority", "overrideAuthority"]],
    [["tls.serverName"], ["grpc.ssl_target_name_override"]],
    [["tls"], ["credentials", "channelCredentials"]],
    [["serviceConfig"], ["grpc.service_config", "defaultServiceConfig"]],
    [["loadBalancing"], [
      "grpc.lb_policy_name",
      "defaultLoadBalancingPolicy",
    ]],
    [["compression"], ["grpc.default_compression_algorithm"]],
    [["reusePort"], ["grpc.so_reuseport"]],
    [["deadline"], ["timeout", "timeoutMs"]],
  ];
