import { assert, assertEquals } from "@std/assert";
import { type Due, DueHeap } from "../../src/collections/mod.ts";
import { type Random, withSeed } from "../harness/seed.ts";

/** How often the times of items were looked at. */
let looks = 0;

class Item implements Due {
  index = -1;
  readonly order: number;
  readonly #at: number;

  constructor(at: number, order: number) {
    this.#at = at;
    this.order = order;
  }

  get at(): number {
    looks++;
    return this.#at;
  }
}

/** Takes all out, in the order of the heap. */
function drain(heap: DueHeap<Item>): Item[] {
  const items: Item[] = [];
  for (let first = heap.first; first !== undefined; first = heap.first) {
    heap.remove(first);
    items.push(first);
  }
  return items;
}

Deno.test("a heap without items has no first one", () => {
  const heap = new DueHeap<Item>();
  assertEquals([heap.first, heap.size, [...heap]], [undefined, 0, []]);
});

Deno.test("items come in the order of their times, and of their numbers where these are the same", () => {
  const heap = new DueHeap<Item>();
  const times = [5, Infinity, 1, 5, 0, 1, Infinity, 5];
  times.forEach((at, order) => heap.add(new Item(at, order)));
  assertEquals(
    drain(heap).map(({ at, order }) => [at, order]),
    [[0, 4], [1, 2], [1, 5], [5, 0], [5, 3], [5, 7], [Infinity, 1], [
      Infinity,
      6,
    ]],
  );
});

Deno.test("an item can be removed once, wherever it stands", () => {
  const heap = new DueHeap<Item>();
  const items = [3, 1, 2].map((at, order) => new Item(at, order));
  for (const item of items) heap.add(item);
  assertEquals(items.map((item) => heap.remove(item)), [true, true, true]);
  assertEquals(items.map((item) => heap.remove(item)), [false, false, false]);
  assertEquals(heap.size, 0);
});

Deno.test(
  "random adding and removing leaves what a sorted list would",
  withSeed((random: Random) => {
    const heap = new DueHeap<Item>();
    const model: Item[] = [];
    for (let step = 0; step < 5_000; step++) {
      if (model.length === 0 || random.below(5) > 1) {
        const item = new Item(random.below(50), step);
        heap.add(item);
        model.push(item);
      } else {
        const [item] = model.splice(random.below(model.length), 1);
        assert(heap.remove(item));
      }
      assertEquals(heap.size, model.length);
    }
    model.sort((a, b) => a.at - b.at || a.order - b.order);
    assertEquals(
      drain(heap).map(({ order }) => order),
      model.map(({ order }) => order),
    );
  }),
);

Deno.test(
  "to add, to remove and to take the first takes steps that grow with the logarithm of how many there are",
  withSeed((random: Random) => {
    const steps = (count: number) => {
      const heap = new DueHeap<Item>();
      looks = 0;
      const items = Array.from(
        { length: count },
        (_, order) => new Item(random.below(1_000_000), order),
      );
      for (const item of items) heap.add(item);
      for (let i = 0; i < count; i += 2) heap.remove(items[i]);
      drain(heap);
      return looks / count;
    };
    const few = steps(1_000);
    const many = steps(64_000);
    assert(many < 2 * few, `${many} steps an item, of 1 000 ${few}`);
  }),
);
