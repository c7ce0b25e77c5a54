/**
 * The verbs of the doctor, each with flags of its own.
 *
 * @module
 */
export { parseVerb } from "./parse_verb.ts";
