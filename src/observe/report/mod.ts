/**
 * What happened to connections, as one page.
 *
 * @module
 */
export { renderReport, type ReportOptions } from "./render_report.ts";
