import type { MethodDefinition } from "../../grpc/mod.ts";
import {
  int32,
  message,
  messages,
  messageType,
  text,
} from "../../proto/mod.ts";

/** Whether a service can serve (`grpc.health.v1.HealthCheckResponse`). */
export const ServingStatus = {
  /** Nothing is known. */
  UNKNOWN: 0,
  /** It serves. */
  SERVING: 1,
  /** It does not serve at the moment. */
  NOT_SERVING: 2,
  /** `Watch` only: the server does not know the service. */
  SERVICE_UNKNOWN: 3,
} as const;

/** One of the values of {@linkcode ServingStatus}. */
export type ServingStatus = typeof ServingStatus[keyof typeof ServingStatus];

/** The request of both methods: the name of a service, "" for the server. */
export interface HealthCheckRequest {
  /** The name of a service, "" for the server as a whole. */
  service: string;
}

/** The response of both methods. */
export interface HealthCheckResponse {
  /** Whether the service can serve. */
  status: ServingStatus;
}

const Request = messageType({ service: text(1) });
const Response = messageType({ status: int32(1) });
const Entry = messageType({ key: text(1), value: message(2, () => Response) });
const List = messageType({ statuses: messages(1, () => Entry) });
const Nothing = messageType({});

/** The definition of `grpc.health.v1.Health`, for servers and clients. */
export const HealthDefinition: {
  /** Whether a service can serve now. */
  readonly check:
    & MethodDefinition<HealthCheckRequest, HealthCheckResponse>
    & { readonly requestStream: false; readonly responseStream: false };
  /** All services that are known, and whether they can serve now (gRFC A90). */
  readonly list:
    & MethodDefinition<
      Record<never, never>,
      { statuses: Record<string, HealthCheckResponse> }
    >
    & { readonly requestStream: false; readonly responseStream: false };
  /** That of one service, and each change from then on. */
  readonly watch:
    & MethodDefinition<HealthCheckRequest, HealthCheckResponse>
    & { readonly requestStream: false; readonly responseStream: true };
} = {
  check: { path: "/grpc.health.v1.Health/Check", ...ofOne(false) },
  list: {
    path: "/grpc.health.v1.Health/List",
    requestStream: false,
    responseStream: false,
    requestSerialize: () => Nothing.encode({}),
    requestDeserialize: (octets) => Nothing.decode(octets),
    responseSerialize: ({ statuses }) =>
      List.encode({
        statuses: Object.entries(statuses)
          .map(([key, value]) => ({ key, value })),
      }),
    responseDeserialize: (octets) => ({
      statuses: Object.fromEntries(
        List.decode(octets).statuses.map(({ key, value }) => [
          key,
          { status: servingStatus(value?.status) },
        ]),
      ),
    }),
  },
  watch: { path: "/grpc.health.v1.Health/Watch", ...ofOne(true) },
};

function ofOne<Stream extends boolean>(responseStream: Stream) {
  return {
    requestStream: false as const,
    responseStream,
    requestSerialize: (request: HealthCheckRequest) => Request.encode(request),
    requestDeserialize: (octets: Uint8Array): HealthCheckRequest =>
      Request.decode(octets),
    responseSerialize: (response: HealthCheckResponse) =>
      Response.encode(response),
    responseDeserialize: (octets: Uint8Array): HealthCheckResponse => ({
      status: servingStatus(Response.decode(octets).status),
    }),
  };
}

/** Another server may know other ones. */
function servingStatus(status: number = 0): ServingStatus {
  return status as ServingStatus;
}
