import { type Diagnosis, renderDiagnosis } from "../../doctor/mod.ts";
import { UsageError } from "../usage_error.ts";

/**
 * Writes a page in HTML.
 *
 * @throws {UsageError} If the file cannot be written.
 */
export function writeReport(path: string, diagnosis: Diagnosis): void {
  try {
    Deno.writeTextFileSync(path, renderDiagnosis(diagnosis));
  } catch (error) {
    const [why] = (error as Error).message.split("\n");
    throw new UsageError(`Cannot use --report: ${why}`);
  }
}
