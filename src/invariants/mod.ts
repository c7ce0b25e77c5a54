/**
 * What must hold inside of the library. A cheap check stays on, one that goes
 * through many items is made in tests only.
 *
 * @module
 */
export {
  assert,
  assertThoroughly,
  InvariantError,
  isThoroughFor,
} from "./assert.ts";
