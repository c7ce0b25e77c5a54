/**
 * Turns on the assertions that go through many items. Each test file runs it
 * first: the tasks name it with `--preload`, and what drives random input imports it.
 *
 * @module
 */
import { assertThoroughly } from "../../src/invariants/mod.ts";

assertThoroughly(true);
