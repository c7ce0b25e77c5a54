import { assertEquals, assertRejects } from "@std/assert";
import { promiseOf, type Settling } from "../../src/runtime/mod.ts";

Deno.test("promises are settled by those for whom they were made, with values or promises", async () => {
  const waiting = Array.from(
    { length: 4 },
    (): Settling<number> => ({ settle: undefined }),
  );
  const promises = waiting.map((each) => promiseOf(each));
  waiting[2].settle?.(2);
  waiting[0].settle?.(Promise.resolve(0));
  waiting[3].settle?.(Promise.reject(new RangeError("three")));
  waiting[1].settle?.(1);
  waiting[1].settle?.(10);
  assertEquals(await Promise.all(promises.slice(0, 3)), [0, 1, 2]);
  await assertRejects(() => promises[3], RangeError, "three");
});
