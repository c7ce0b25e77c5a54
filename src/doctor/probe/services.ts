import { Status } from "../../grpc/mod.ts";
import { HealthDefinition, ServingStatus } from "../../server/mod.ts";
import { type CallPlan, describeReply, ProbeCall, type Reply } from "./call.ts";
import type { IdleMethod } from "./idle_stream.ts";
import type { Link } from "./link.ts";

/** Whether a server has a service. */
export type Presence =
  /** It has, and what it answered. */
  | { readonly kind: "present"; readonly answer: string }
  /** It says that it has not. */
  | { readonly kind: "absent" }
  /** It said something else, or nothing. */
  | { readonly kind: "unknown"; readonly answer: string };

/** The services for tools that a server has. */
export interface Services {
  /** `grpc.health.v1.Health/Check`. */
  readonly check: Presence;
  /** `grpc.health.v1.Health/Watch`. */
  readonly watch: Presence;
  /** `grpc.reflection.v1.ServerReflection`. */
  readonly reflection: Presence;
  /** `grpc.reflection.v1alpha.ServerReflection`. */
  readonly reflectionAlpha: Presence;
}

/** The request for the health of the server as a whole: an empty message. */
const WHOLE_SERVER = new Uint8Array(0);

/** `ServerReflectionRequest { list_services: "" }`: field 7, of no octets. */
const LIST_SERVICES: Uint8Array = Uint8Array.of(7 << 3 | 2, 0);

/** The call that asks for the health of the server. */
export const CHECK: CallPlan = {
  path: HealthDefinition.check.path,
  request: WHOLE_SERVER,
  endStream: true,
};

const WATCH: IdleMethod = {
  path: HealthDefinition.watch.path,
  request: WHOLE_SERVER,
  endStream: true,
  answers: true,
};

function reflection(version: string): IdleMethod {
  return {
    path: `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`,
    request: LIST_SERVICES,
    endStream: false,
    answers: true,
  };
}

const REFLECTION = reflection("v1");
const REFLECTION_ALPHA = reflection("v1alpha");

/** Asks for the services for tools. */
export async function askServices(link: Link): Promise<Services> {
  return {
    check: await ask(link, CHECK),
    watch: await ask(link, WATCH),
    reflection: await ask(link, REFLECTION),
    reflectionAlpha: await ask(link, REFLECTION_ALPHA),
  };
}

/** The method of those that is best held open, if there is one. */
export function idleMethodOf(
  { watch, reflection, reflectionAlpha }: Services,
): IdleMethod | undefined {
  if (watch.kind === "present") return WATCH;
  if (reflection.kind === "present") return REFLECTION;
  return reflectionAlpha.kind === "present" ? REFLECTION_ALPHA : undefined;
}

async function ask(link: Link, plan: CallPlan): Promise<Presence> {
  const call = ProbeCall.begin(link, plan);
  if (call === undefined) {
    return { kind: "unknown", answer: "the connection takes no calls" };
  }
  try {
    return presenceOf(plan, await call.reply());
  } finally {
    call.cancel();
  }
}

function presenceOf({ path }: CallPlan, reply: Reply): Presence {
  if (reply.kind === "message") {
    const isHealth = path === CHECK.path || path === WATCH.path;
    const answer = isHealth ? servingStatus(reply.octets) : "answered";
    return { kind: "present", answer };
  }
  const isAbsent = reply.kind === "status" &&
    reply.code === Status.UNIMPLEMENTED;
  return isAbsent
    ? { kind: "absent" }
    : { kind: "unknown", answer: describeReply(reply) };
}

const NO_STATUS = "a message that is no health status";

function servingStatus(octets: Uint8Array | undefined): string {
  try {
    if (octets === undefined) return NO_STATUS;
    const { status } = HealthDefinition.check.responseDeserialize(octets);
    const [name] = Object.entries(ServingStatus)
      .find(([, value]) => value === status) ?? [];
    return name ?? `status ${Number(status)}`;
  } catch {
    return NO_STATUS;
  }
}
