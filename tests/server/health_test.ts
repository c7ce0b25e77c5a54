import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  type Client,
  createClient,
  Health,
  HealthDefinition,
  ServingStatus,
  Status,
} from "../../mod.ts";
import { assertStatus } from "../grpc/support/assert_status.ts";
import { Stage, until } from "../grpc/support/words.ts";

const { SERVING, NOT_SERVING, SERVICE_UNKNOWN, UNKNOWN } = ServingStatus;

/** A server with a health service. */
class Hospital extends Stage {
  readonly health: Health;
  readonly client: Client<typeof HealthDefinition>;

  constructor(statuses: Record<string, ServingStatus> = {}) {
    const health = new Health(statuses);
    super({}, { services: [health.service] });
    this.health = health;
    this.client = createClient(HealthDefinition, this.channel);
  }

  /** Watches a service, for the next statuses. */
  watch(service: string): () => Promise<ServingStatus | undefined> {
    const responses = this.client.watch({ service });
    return async () => (await responses.next()).value?.status;
  }
}

Deno.test("Check tells the status of the server and its services", async () => {
  await using stage = new Hospital({ a: NOT_SERVING, b: UNKNOWN });
  const { client, health } = stage;
  const check = async (service: string) =>
    (await client.check({ service })).status;
  assertEquals(await check(""), SERVING);
  assertEquals(await check("a"), NOT_SERVING);
  assertEquals(await check("b"), UNKNOWN);
  health.set("a", SERVING);
  health.set("", NOT_SERVING);
  assertEquals([await check(""), await check("a")], [NOT_SERVING, SERVING]);
});

Deno.test("Check of an unknown service is NOT_FOUND", async () => {
  await using stage = new Hospital();
  await assertStatus(
    () => stage.client.check({ service: "größe" }),
    Status.NOT_FOUND,
    'unknown service "größe"',
  );
});

Deno.test("A name may be long, and have any characters", async () => {
  const service = "\ufeffgröße.".repeat(50);
  await using stage = new Hospital({ [service]: NOT_SERVING });
  const { status } = await stage.client.check({ service });
  assertEquals(status, NOT_SERVING);
});

Deno.test("Watch tells the status now, and each change from then on", async () => {
  await using stage = new Hospital({ a: SERVING });
  const next = stage.watch("a");
  assertEquals(await next(), SERVING);
  stage.health.set("a", NOT_SERVING);
  assertEquals(await next(), NOT_SERVING);
  const change = next();
  stage.health.set("other", NOT_SERVING);
  stage.health.set("a", NOT_SERVING);
  // By its answer, the watcher would have been told as well.
  assertEquals(await stage.client.check({ service: "a" }), {
    status: NOT_SERVING,
  });
  stage.health.set("a", SERVING);
  assertEquals(await change, SERVING);
});

Deno.test("Watch waits for a service that is not known yet", async () => {
  await using stage = new Hospital();
  const next = stage.watch("later");
  assertEquals(await next(), SERVICE_UNKNOWN);
  stage.health.set("later", SERVING);
  assertEquals(await next(), SERVING);
});

Deno.test("Each of many watchers is told", async () => {
  await using stage = new Hospital({ a: SERVING });
  const watches = Array.from({ length: 50 }, () => stage.watch("a"));
  const told = () => Promise.all(watches.map((next) => next()));
  assertEquals(new Set(await told()), new Set([SERVING]));
  stage.health.set("a", NOT_SERVING);
  assertEquals(new Set(await told()), new Set([NOT_SERVING]));
});

Deno.test("A watch that is cancelled leaves nothing behind", async () => {
  await using stage = new Hospital();
  for await (const { status } of stage.client.watch({ service: "" })) {
    assertEquals(status, SERVING);
    break;
  }
  await stage.nothingIsLeft();
  await until(() => stage.accepted[0].counters().streamsFailed === 1);
  stage.health.set("", NOT_SERVING);
});

Deno.test("A watch does not hold up a shutdown", async () => {
  await using stage = new Hospital();
  const responses = stage.client.watch({ service: "" });
  assertEquals((await responses.next()).value, { status: SERVING });
  const closed = stage.server.shutdown();
  assertEquals((await responses.next()).value, { status: NOT_SERVING });
  await Promise.all([
    closed,
    assertStatus(
      () => responses.next(),
      Status.UNAVAILABLE,
      "the connection is retiring",
    ),
  ]);
});

Deno.test("All services are listed, with what they can do", async () => {
  await using stage = new Hospital();
  stage.health.set("a.B", NOT_SERVING);
  stage.health.set("c.D", ServingStatus.UNKNOWN);
  assertEquals(await stage.client.list({}), {
    statuses: {
      "": { status: SERVING },
      "a.B": { status: NOT_SERVING },
      "c.D": { status: ServingStatus.UNKNOWN },
    },
  });
  for (let i = 3; i < 101; i++) stage.health.set(`s${i}`, SERVING);
  await assertStatus(
    () => stage.client.list({}),
    Status.RESOURCE_EXHAUSTED,
    "there are 101 services, and 100 are listed at the most",
  );
});

Deno.test("After a shutdown nothing serves any more", async () => {
  await using stage = new Hospital();
  const { health, client } = stage;
  health.set("a.B", SERVING);
  const watch = client.watch({ service: "a.B" });
  assertEquals((await watch.next()).value, { status: SERVING });
  health.shutdown();
  assertEquals((await watch.next()).value, { status: NOT_SERVING });
  health.set("a.B", SERVING);
  health.set("new.One", SERVING);
  for (const service of ["", "a.B", "new.One"]) {
    assertEquals(await client.check({ service }), { status: NOT_SERVING });
  }
  await watch.return(undefined);
});

Deno.test("The shutdown of a server is not that of another with the same health", async () => {
  await using stage = new Hospital({ a: SERVING });
  await using other = new Stage({}, { services: [stage.health.service] });
  const elsewhere = createClient(HealthDefinition, other.channel);
  const near = stage.watch("a");
  const far = elsewhere.watch({ service: "a" });
  assertEquals([await near(), (await far.next()).value], [
    SERVING,
    { status: SERVING },
  ]);
  const closed = stage.server.shutdown();
  assertEquals(await near(), NOT_SERVING);
  await assertRejects(near);
  await closed;
  for (const service of ["", "a"]) {
    assertEquals(await elsewhere.check({ service }), { status: SERVING });
  }
  stage.health.set("a", NOT_SERVING);
  assertEquals((await far.next()).value, { status: NOT_SERVING });
  stage.health.shutdown();
  assertEquals(await elsewhere.list({}), {
    statuses: { "": { status: NOT_SERVING }, a: { status: NOT_SERVING } },
  });
  await far.return(undefined);
});

Deno.test("A shutdown whose options are refused leaves the health as it is", async () => {
  await using stage = new Hospital();
  await assertRejects(() => stage.server.shutdown({ grace: -1 }), RangeError);
  const status = await stage.client.check({ service: "" });
  assertEquals(status, { status: SERVING });
});

Deno.test("What is no status is refused", () => {
  const health = new Health();
  for (const status of [-1, 4, 1.5, "SERVING", undefined]) {
    assertThrows(
      () => health.set("a", status as ServingStatus),
      RangeError,
      `Cannot use the status of "a": expected a ServingStatus, received ${status}`,
    );
  }
  const statuses = { a: 7 as ServingStatus };
  assertThrows(() => new Health(statuses), RangeError);
});

Deno.test("The messages are those of grpc.health.v1", () => {
  const { check } = HealthDefinition;
  const request = Uint8Array.of(0x0a, 1, 0x61);
  assertEquals(check.requestSerialize({ service: "a" }), request);
  assertEquals(check.requestDeserialize(request), { service: "a" });
  assertEquals(check.requestSerialize({ service: "" }), new Uint8Array(0));
  assertEquals(check.requestDeserialize(new Uint8Array(0)), { service: "" });
  const response = Uint8Array.of(0x08, 2);
  assertEquals(check.responseSerialize({ status: NOT_SERVING }), response);
  assertEquals(check.responseDeserialize(response), { status: NOT_SERVING });
  assertEquals(check.responseSerialize({ status: 0 }), new Uint8Array(0));
  assertEquals(check.responseDeserialize(new Uint8Array(0)), { status: 0 });
});

Deno.test("Fields that are not known are passed over", () => {
  const { requestDeserialize, responseDeserialize } = HealthDefinition.check;
  const unknown = [
    ...[0x10, 0x96, 0x01],
    ...[0x19, 1, 2, 3, 4, 5, 6, 7, 8],
    ...[0x22, 2, 0x61, 0x62],
    ...[0x2d, 1, 2, 3, 4],
  ];
  const request = Uint8Array.of(...unknown, 0x0a, 1, 0x61, ...unknown);
  assertEquals(requestDeserialize(request), { service: "a" });
  const response = Uint8Array.of(...unknown, 0x08, 2, ...unknown);
  assertEquals(responseDeserialize(response), { status: NOT_SERVING });
});

Deno.test("A health message that is malformed is refused", () => {
  const { requestDeserialize, responseDeserialize } = HealthDefinition.check;
  for (
    const octets of [
      [0x0a],
      [0x0a, 5, 0x61],
      [0x0a, 0x80],
      [0x08],
      [0x08, ...new Array(10).fill(0x80), 0x01],
      [0x0b],
      [0x19, 1],
    ].map((octets) => Uint8Array.from(octets))
  ) {
    assertThrows(() => requestDeserialize(octets), TypeError);
    assertThrows(() => responseDeserialize(octets), TypeError);
  }
});

Deno.test("Statuses that are no object are refused", () => {
  for (const statuses of [null, "SERVING", [1]]) {
    assertThrows(
      () => new Health(statuses as never),
      TypeError,
      "Cannot use the statuses: expected an object, received",
    );
  }
});
