import { assertEquals } from "@std/assert";
import {
  generate,
  GENERATED,
  generateWithGrpcTools,
  GRPC_TOOLS,
} from "../generators/generate.ts";
import { findNode, run } from "./tools.ts";

const node = await findNode();

Deno.test({
  name: "the code that tests have of each generator is what it generates",
  ignore: !node.ok,
  async fn() {
    const generated = await generate();
    await compare(generated);
    assertEquals(generated.size > 8, true);
  },
});

const tools = await run([GRPC_TOOLS, "--version"]);

Deno.test({
  name: tools.ok
    ? "the code that tests have of grpc-tools is what it generates"
    : `grpc-tools (skipped: ${tools.text.split("\n")[0]})`,
  ignore: !tools.ok,
  async fn() {
    const generated = await generateWithGrpcTools();
    await compare(generated);
    assertEquals(generated.size, 2);
  },
});

/** Holds the code of this repository against what was generated now. */
async function compare(generated: ReadonlyMap<string, string>): Promise<void> {
  for (const [path, code] of generated) {
    const kept = await Deno.readTextFile(new URL(path, GENERATED));
    assertEquals(kept, code, path);
  }
}
