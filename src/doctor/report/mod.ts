/**
 * A diagnosis as one page.
 *
 * @module
 */
export { renderDiagnosis } from "./render_diagnosis.ts";
