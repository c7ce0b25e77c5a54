import { create, createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import {
  DurationSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { GrpcError, serve, type Server, Status } from "../../../mod.ts";
import { errorDetail, implement } from "../../../src/protobuf/mod.ts";
import { reflection } from "../../../src/reflection/mod.ts";
import { ERROR_DETAILS } from "../../../src/cli/call/error_details.ts";

type Shape = { readonly text: string; readonly small: number };

/** Serves `shapes.v1.Shapes` out of a descriptor set. */
export function serveShapes(descriptors: Uint8Array): Server {
  const registry = createFileRegistry(
    fromBinary(FileDescriptorSetSchema, descriptors),
  );
  const service = registry.getService("shapes.v1.Shapes")!;
  const gathered = registry.getMessage("shapes.v1.Gathered")!;
  // deno-lint-ignore no-explicit-any
  const handlers: any = {
    echo(shape: Shape) {
      if (shape.text === "fail") throw failure();
      return shape;
    },
    *repeat(shape: Shape) {
      for (let i = 0; i < shape.small; i++) yield shape;
    },
    async gather(all: AsyncIterable<Shape>) {
      const shapes = await Array.fromAsync(all);
      return Object.assign(create(gathered), { count: shapes.length, shapes });
    },
    chat: (all: AsyncIterable<Shape>) => all,
  };
  return serve({ hostname: "127.0.0.1", port: 0 }, [
    implement(service, handlers),
    reflection(descriptors),
  ]);
}

function failure(): GrpcError {
  const { FAILED_PRECONDITION } = Status;
  const info = ERROR_DETAILS.getMessage("google.rpc.ErrorInfo")!;
  const retry = ERROR_DETAILS.getMessage("google.rpc.RetryInfo")!;
  const delay = reflect(retry);
  delay.set(
    retry.fields[0],
    reflect(
      DurationSchema,
      create(DurationSchema, { seconds: 1n, nanos: 500_000_000 }),
    ),
  );
  const reason = Object.assign(create(info), {
    reason: "SQUARE",
    domain: "shapes.example",
    metadata: { corners: "4" },
  });
  return new GrpcError(FAILED_PRECONDITION, "the shape is no good", {
    details: [errorDetail(info, reason), errorDetail(retry, delay.message)],
  });
}
