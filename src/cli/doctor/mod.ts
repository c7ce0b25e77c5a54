/**
 * The verbs of the doctor, each with flags of its own.
 *
 * @module
 */
export { parseVerb, VERBS } from "./parse_verb.ts";
