import { assertEquals } from "@std/assert";
import { generate, GENERATED } from "../generators/generate.ts";
import { findNode } from "./tools.ts";

const node = await findNode();

Deno.test({
  name: "the code that tests have of each generator is what it generates",
  ignore: !node.ok,
  async fn() {
    const generated = await generate();
    for (const [path, code] of generated) {
      assertEquals(
        await Deno.readTextFile(new URL(path, GENERATED)),
        code,
        path,
      );
    }
    assertEquals(generated.size > 8, true);
  },
});
