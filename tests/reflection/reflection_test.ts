import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  create,
  createFileRegistry,
  type DescFile,
  fromBinary,
  type MessageInitShape,
  toBinary,
} from "@bufbuild/protobuf";
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { Health, implement, type Service } from "../../mod.ts";
import { Channelz } from "../../src/channelz/mod.ts";
import { DecodeError } from "../../src/proto/mod.ts";
import {
  descriptorSet,
  implement as implementProtobuf,
} from "../../src/protobuf/mod.ts";
import {
  reflection,
  ReflectionDefinition,
  type ReflectionRequest,
  type ReflectionResponse,
} from "../../src/reflection/mod.ts";
import { file_shop, Shop } from "../protobuf/generated/shop_pb.ts";
import { Words } from "../grpc/support/words.ts";

type FileInit = MessageInitShape<typeof FileDescriptorProtoSchema>;

const TYPES: FileInit = {
  name: "types.proto",
  package: "a.b",
  syntax: "proto2",
  messageType: [{
    name: "Outer",
    field: [{ name: "id", number: 1 }],
    oneofDecl: [{ name: "choice" }],
    extensionRange: [{ start: 100, end: 200 }],
    nestedType: [{
      name: "Inner",
      enumType: [{ name: "Deep", value: [{ name: "DEEP_0", number: 0 }] }],
      extension: [{ name: "inside", extendee: ".a.b.Outer", number: 101 }],
    }],
  }],
  enumType: [{ name: "Colour", value: [{ name: "RED", number: 0 }] }],
};

const SERVICES: FileInit = {
  name: "services.proto",
  package: "a.b",
  syntax: "proto2",
  dependency: ["types.proto"],
  service: [{
    name: "Find",
    method: [{
      name: "One",
      inputType: ".a.b.Outer",
      outputType: ".a.b.Outer",
    }],
  }],
  extension: [{ name: "outside", extendee: ".a.b.Outer", number: 150 }],
};

function setOf(...file: FileInit[]): Uint8Array {
  return toBinary(
    FileDescriptorSetSchema,
    create(FileDescriptorSetSchema, { file }),
  );
}

/** Asks on one stream, through the encoding. */
async function ask(
  { implementations }: Service,
  ...requests: ReflectionRequest[]
): Promise<ReflectionResponse[]> {
  const { v1 } = ReflectionDefinition;
  const { handler } = implementations.get(v1.path) as {
    handler(
      requests: AsyncIterable<ReflectionRequest>,
    ): AsyncIterable<ReflectionResponse>;
  };
  async function* received() {
    for (const each of requests) {
      yield v1.requestDeserialize(v1.requestSerialize(each));
    }
  }
  const responses = await Array.fromAsync(handler(received()));
  return responses.map((each) =>
    v1.responseDeserialize(v1.responseSerialize(each))
  );
}

/** The names of the files of each answer, or its error. */
async function files(
  service: Service,
  ...asked: ReflectionRequest[]
): Promise<(string[] | number)[]> {
  const responses = await ask(service, ...asked);
  return responses.map(({ fileDescriptorResponse, errorResponse }) =>
    fileDescriptorResponse?.fileDescriptorProto.map((each) =>
      fromBinary(FileDescriptorProtoSchema, each).name
    ) ?? errorResponse!.errorCode
  );
}

const both = reflection(setOf(TYPES, SERVICES));

Deno.test("services are listed, and those of reflection itself", async () => {
  const [{ listServicesResponse, originalRequest, validHost }] = await ask(
    both,
    { host: "a.example", listServices: "*" },
  );
  assertEquals(listServicesResponse!.service, [
    { name: "a.b.Find" },
    { name: "grpc.reflection.v1.ServerReflection" },
    { name: "grpc.reflection.v1alpha.ServerReflection" },
  ]);
  assertEquals(originalRequest!.listServices, "*");
  assertEquals(validHost, "a.example");
});

Deno.test("both versions have one answer", () => {
  const paths = [...both.implementations.keys()];
  assertEquals(paths, [
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
  ]);
});

Deno.test("a file is found by its name, with what it imports", async () => {
  assertEquals(
    await files(both, { fileByFilename: "services.proto" }),
    [["services.proto", "types.proto"]],
  );
  assertEquals(await files(both, { fileByFilename: "none.proto" }), [5]);
});

Deno.test("a file is found by each kind of name that it declares", async () => {
  const types = [
    ...["a.b.Outer", ".a.b.Outer", "a.b.Outer.id", "a.b.Outer.choice"],
    ...["a.b.Outer.Inner", "a.b.Outer.Inner.Deep", "a.b.Outer.Inner.DEEP_0"],
    ...["a.b.Outer.Inner.inside", "a.b.Colour", "a.b.RED"],
  ];
  for (const fileContainingSymbol of types) {
    assertEquals(
      await files(both, { fileContainingSymbol }),
      [["types.proto"]],
      fileContainingSymbol,
    );
  }
  for (const symbol of ["a.b.Find", "a.b.Find.One", "a.b.outside"]) {
    assertEquals(
      await files(both, { fileContainingSymbol: symbol }),
      [["services.proto", "types.proto"]],
    );
  }
  for (const symbol of ["", "a", "a.b", "a.b.Find.Two", "a.b.Colour.RED"]) {
    assertEquals(await files(both, { fileContainingSymbol: symbol }), [5]);
  }
});

Deno.test("extensions are found by message and number, and numbered", async () => {
  const extension = (containingType: string, extensionNumber: number) => ({
    fileContainingExtension: { containingType, extensionNumber },
  });
  assertEquals(await files(both, extension("a.b.Outer", 101)), [[
    "types.proto",
  ]]);
  assertEquals(await files(both, extension("a.b.Outer", 150)), [
    ["services.proto", "types.proto"],
  ]);
  assertEquals(await files(both, extension("a.b.Outer", 102)), [5]);
  assertEquals(await files(both, extension("a.b.None", 101)), [5]);
  const numbers = async (allExtensionNumbersOfType: string) => {
    const [{ allExtensionNumbersResponse, errorResponse }] = await ask(
      both,
      { allExtensionNumbersOfType },
    );
    return allExtensionNumbersResponse ?? errorResponse!.errorCode;
  };
  assertEquals(await numbers("a.b.Outer"), {
    baseTypeName: "a.b.Outer",
    extensionNumber: [101, 150],
  });
  assertEquals(await numbers("a.b.Outer.Inner"), {
    baseTypeName: "a.b.Outer.Inner",
    extensionNumber: [],
  });
  assertEquals(await numbers("a.b.Find"), 5);
});

Deno.test("a stream is sent no file twice, unless it asks for it", async () => {
  const services = { fileByFilename: "services.proto" };
  const types = { fileContainingSymbol: "a.b.Outer" };
  assertEquals(await files(both, services, services, types), [
    ["services.proto", "types.proto"],
    ["services.proto"],
    ["types.proto"],
  ]);
  assertEquals(await files(both, types, services), [
    ["types.proto"],
    ["services.proto"],
  ]);
});

Deno.test("a question that asks nothing is INVALID_ARGUMENT, and the stream goes on", async () => {
  assertEquals(await files(both, {}, { fileByFilename: "types.proto" }), [
    3,
    ["types.proto"],
  ]);
});

Deno.test("an error repeats no more than a part of a long name", async () => {
  const [{ errorResponse }] = await ask(
    both,
    { fileContainingSymbol: "x".repeat(100_000) },
  );
  assert(errorResponse!.errorMessage.length < 300);
});

Deno.test("a response has no more than 1 MiB of imports, and a client asks for the others", async () => {
  const big = (index: number, dependency: string[]): FileInit => ({
    name: `big${index}.proto`,
    dependency,
    messageType: [{ name: `Big${index}_${"x".repeat(300_000)}` }],
  });
  const chain = Array.from(
    { length: 10 },
    (_, i) => big(i, i === 9 ? [] : [`big${i + 1}.proto`]),
  );
  const service = reflection(setOf(...chain));
  const [first, second] = await files(
    service,
    { fileByFilename: "big0.proto" },
    { fileByFilename: "big4.proto" },
  );
  assertEquals(first, [0, 1, 2, 3].map((i) => `big${i}.proto`));
  assertEquals(second, [4, 5, 6, 7].map((i) => `big${i}.proto`));
});

Deno.test("a set of 20 000 messages is asked in no more time than a small one", async () => {
  const large = reflection(setOf(
    ...Array.from({ length: 200 }, (_, i): FileInit => ({
      name: `f${i}.proto`,
      package: `p${i}`,
      messageType: Array.from({ length: 100 }, (_, j) => ({
        name: `M${j}`,
        field: [{ name: "f", number: 1 }],
      })),
    })),
  ));
  const found = await files(large, { fileContainingSymbol: "p199.M99.f" });
  assertEquals(found, [["f199.proto"]]);
});

Deno.test("services of protobuf-es, of this library and of proto-loader have their descriptors with them", async () => {
  const shop = implementProtobuf(Shop, {});
  const service = reflection(
    shop,
    new Health().service,
    new Channelz().service,
  );
  const [{ listServicesResponse }] = await ask(
    service,
    { listServices: "" },
  );
  assertEquals(listServicesResponse!.service.map(({ name }) => name), [
    "grpc.channelz.v1.Channelz",
    "grpc.health.v1.Health",
    "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection",
    "shop.v1.Shop",
  ]);
  assertEquals(
    await files(service, { fileContainingSymbol: "shop.v1.Shop.GetItem" }),
    [[
      "shop.proto",
      "google/protobuf/timestamp.proto",
      "google/protobuf/empty.proto",
    ]],
  );

  const fileDescriptorProtos = [TYPES, SERVICES].map((file) =>
    toBinary(
      FileDescriptorProtoSchema,
      create(FileDescriptorProtoSchema, file),
    )
  );
  const type = { format: "Protocol Buffer 3 DescriptorProto" };
  const loaded = implement({
    one: {
      ...Words.one,
      path: "/a.b.Find/One",
      requestType: { ...type, fileDescriptorProtos },
      responseType: { ...type, fileDescriptorProtos },
    },
  }, {});
  assertEquals(
    await files(reflection(loaded), { fileContainingSymbol: "a.b.Find" }),
    [["services.proto", "types.proto"]],
  );
});

/** All files of the answer, as protobuf-es reads them: imports first. */
async function everything(
  service: Service,
  name: string,
): Promise<FileDescriptorProto[]> {
  const responses = await ask(service, { fileByFilename: name });
  return responses.flatMap(({ fileDescriptorResponse }) =>
    fileDescriptorResponse!.fileDescriptorProto.map((each) =>
      fromBinary(FileDescriptorProtoSchema, each)
    )
  ).reverse();
}

Deno.test("what protobuf-es has generated is what its registry is made of again", async () => {
  const service = reflection(descriptorSet([file_shop]));
  const file = await everything(service, "shop.proto");
  const set = create(FileDescriptorSetSchema, { file });
  const registry = createFileRegistry(set);
  const shop = registry.getService("shop.v1.Shop")!;
  assertEquals(
    shop.methods.map(({ name, methodKind }) => [name, methodKind]),
    Shop.methods.map(({ name, methodKind }) => [name, methodKind]),
  );
  const again = descriptorSet(registry as Iterable<{ file: DescFile }>);
  assertEquals(
    [...fromBinary(FileDescriptorSetSchema, again).file.map(({ name }) => name)]
      .sort(),
    file.map(({ name }) => name).sort(),
  );
});

Deno.test("the descriptors in the source are whole, and those of the messages here", async () => {
  const service = reflection(new Health().service, new Channelz().service);
  for (
    const [name, type, fields] of [
      ["grpc/channelz/v1/channelz.proto", "grpc.channelz.v1.SocketData", 15],
      ["grpc/health/v1/health.proto", "grpc.health.v1.HealthListResponse", 1],
      [
        "grpc/reflection/v1/reflection.proto",
        "grpc.reflection.v1.ServerReflectionRequest",
        6,
      ],
    ] as const
  ) {
    const file = await everything(service, name);
    const registry = createFileRegistry(
      create(FileDescriptorSetSchema, { file }),
    );
    assertEquals(registry.getMessage(type)!.fields.length, fields);
  }
});

Deno.test("descriptors that cannot be used are refused when reflection is made", () => {
  const refused = (what: string, ...sources: Uint8Array[]) => {
    const error = assertThrows(() => reflection(...sources), RangeError, what);
    assert(error.message.startsWith("Cannot use "), error.message);
    return error;
  };
  const error = refused("source 2 of 2", setOf(TYPES), Uint8Array.of(0x0a, 9));
  assert(error.cause instanceof DecodeError);
  refused("FileDescriptorSet", new TextEncoder().encode('syntax = "proto3";'));
  refused("with a file", new Uint8Array(0));
  refused("types.proto, which services.proto imports", setOf(SERVICES));
  refused("a file with a name", setOf({ package: "x" }));
  refused(
    "one file types.proto",
    setOf(TYPES),
    setOf({ name: "types.proto", messageType: [{ name: "Other" }] }),
  );
  refused(
    "one a.b.Outer, received those of types.proto and other.proto",
    setOf(TYPES, { ...TYPES, name: "other.proto" }),
  );
  refused(
    "one extension 150 of a.b.Outer",
    setOf(TYPES, SERVICES, {
      name: "more.proto",
      extension: [{ name: "more", extendee: ".a.b.Outer", number: 150 }],
    }),
  );
  reflection(setOf({ ...SERVICES, dependency: ["x"], weakDependency: [0] }));
});

Deno.test("a file that another compiler has made stays as it was", async () => {
  const withOptions = { ...TYPES, options: { goPackage: "x" } };
  const service = reflection(setOf(TYPES, SERVICES), setOf(withOptions));
  assertEquals(
    (await everything(service, "types.proto"))[0].options,
    undefined,
  );
});

Deno.test("what is no source is refused, with what it is", () => {
  const refused = (source: unknown, what: string) =>
    assertThrows(() => reflection(source as Uint8Array), TypeError, what);
  refused(undefined, "source 1 of 1");
  refused("descriptors.binpb", "expected a FileDescriptorSet as octets");
  refused({}, "a service whose descriptors are known");
  refused(
    implement(Words, { one: (word) => word }),
    "one without (/test.Words/One)",
  );
});
