import { assertEquals, assertRejects } from "@std/assert";
import { create, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { GrpcError, implement, type Service, Status } from "../../mod.ts";
import {
  ReflectionDefinition,
  type ReflectionRequest,
  type ReflectionResponse,
} from "../../src/reflection/mod.ts";
import { find, openSchema } from "../../src/cli/schema/mod.ts";
import { StartError } from "../../src/cli/usage_error.ts";
import { inProcess } from "../../src/testing/mod.ts";

const NO_FILES = { proto: [], importPath: [], descriptorSet: [] };

type Answer = (request: ReflectionRequest) => ReflectionResponse;

/** The reflection of a server that answers as it likes. */
function answering(answer: Answer, version: "v1" | "v1alpha" = "v1"): Service {
  const { [version]: method } = ReflectionDefinition;
  return implement({ method }, {
    async *method(requests: AsyncIterable<ReflectionRequest>) {
      for await (const request of requests) yield answer(request);
    },
  });
}

function file(name: string, dependency: string[], message?: string) {
  return toBinary(
    FileDescriptorProtoSchema,
    create(FileDescriptorProtoSchema, {
      name,
      dependency,
      package: "p",
      syntax: "proto3",
      messageType: message === undefined ? [] : [{ name: message }],
    }),
  );
}

function files(...fileDescriptorProto: Uint8Array[]): ReflectionResponse {
  return { fileDescriptorResponse: { fileDescriptorProto } };
}

/** Looks for `p.Shape` at such a server. */
async function findShape(service: Service): Promise<string> {
  await using channel = inProcess([service]);
  await using schema = await openSchema(NO_FILES, channel, {
    deadline: 20_000,
  });
  return (await find(schema, "p.Shape")).toString();
}

function refused(answer: Answer): Promise<Error> {
  return assertRejects(() => findShape(answering(answer)), StartError);
}

for (const version of ["v1", "v1alpha"] as const) {
  Deno.test(`Files come one by one, by what they import, over ${version}`, async () => {
    const asked: ReflectionRequest[] = [];
    const found = await findShape(answering((request) => {
      asked.push(request);
      if (request.fileByFilename === "b") return files(file("b", ["c"]));
      if (request.fileByFilename === "c") return files(file("c", []));
      return files(file("a", ["b"], "Shape"));
    }, version));
    assertEquals(found, "message p.Shape");
    assertEquals(asked.map(({ fileByFilename }) => fileByFilename), [
      undefined,
      "b",
      "c",
    ]);
  });
}

Deno.test("Files of Google that a server does not tell are known", async () => {
  const timestamp = "google/protobuf/timestamp.proto";
  const found = await findShape(
    answering(({ fileByFilename }) =>
      fileByFilename === undefined
        ? files(file("a", [timestamp], "Shape"))
        : { errorResponse: { errorCode: Status.NOT_FOUND, errorMessage: "no" } }
    ),
  );
  assertEquals(found, "message p.Shape");
});

Deno.test("A server without reflection is told what to do instead", async () => {
  await using channel = inProcess([]);
  await using schema = await openSchema(NO_FILES, channel);
  const error = await assertRejects(() => schema.services(), StartError);
  assertEquals(/no reflection: name its \.proto/.test(error.message), true);
});

Deno.test("Another failure of the reflection is that of the call", async () => {
  const error = await assertRejects(() =>
    findShape(answering(() => {
      throw new GrpcError(Status.PERMISSION_DENIED, "no");
    })), GrpcError);
  assertEquals(error.code, Status.PERMISSION_DENIED);
});

const NOT_FOUND = {
  errorResponse: { errorCode: Status.NOT_FOUND, errorMessage: "?" },
};

Deno.test("What nobody knows is told with the nearest name", async () => {
  const error = await refused(({ listServices }) =>
    listServices === undefined
      ? NOT_FOUND
      : { listServicesResponse: { service: [{ name: "p.Shapes" }] } }
  );
  assertEquals(
    error.message,
    '"p.Shape" is not known: did you mean "p.Shapes"?',
  );
});

Deno.test("Descriptors that are none are an error, and nothing worse", async () => {
  const garbage = await refused(() => files(new Uint8Array([255, 255, 255])));
  assertEquals(/descriptors cannot be used/.test(garbage.message), true);
  const circle = await refused(({ fileByFilename }) =>
    files(
      fileByFilename === "b" ? file("b", ["a"]) : file("a", ["b"], "Shape"),
    )
  );
  assertEquals(/descriptors cannot be used/.test(circle.message), true);
  const untyped = toBinary(
    FileDescriptorProtoSchema,
    create(FileDescriptorProtoSchema, {
      name: "a",
      package: "p",
      messageType: [{
        name: "Shape",
        field: [{ name: "x", number: 1, type: 11, typeName: ".no.Such" }],
      }],
    }),
  );
  const lost = await refused(() => files(untyped));
  assertEquals(/\.no\.Such not found/.test(lost.message), true);
});

Deno.test("A server that has always another file to import is left", async () => {
  let count = 0;
  const error = await refused(({ fileByFilename = "first" }) => {
    const names = Array.from({ length: 1_000 }, () => `${++count}`);
    return files(
      file(fileByFilename, []),
      ...names.map((name) => file(name, [`${name}x`])),
    );
  });
  assertEquals(/at most 20000 files/.test(error.message), true);
  assertEquals(count <= 21_000, true, `${count}`);
});

Deno.test("An answer to another question is an error", async () => {
  const error = await refused(() => ({
    listServicesResponse: { service: [] },
  }));
  assertEquals(/does not tell p\.Shape/.test(error.message), true);
});
