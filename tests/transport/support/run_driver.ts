import type { Driver } from "../../../src/transport/driver.ts";

/** Runs a connection; resolves when its socket is closed. */
export function run(driver: Driver): Promise<void> {
  driver.start();
  return driver.finished;
}
