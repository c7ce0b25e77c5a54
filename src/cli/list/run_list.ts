import { toJsonText } from "../json.ts";
import { printLine } from "../output.ts";
import { printable } from "../../page/mod.ts";
import { find, type Schema } from "../schema/mod.ts";
import type { SchemaSettings } from "../schema_arguments.ts";
import { UsageError } from "../usage_error.ts";
import { withSchema } from "../with_schema.ts";

/** Lists; resolves to the exit status. */
export async function run(settings: SchemaSettings): Promise<number> {
  const { symbol, json } = settings;
  return await withSchema(settings, async (schema) => {
    const [kind, names] = symbol === undefined
      ? ["services", await schema.services()] as const
      : ["methods", await methods(schema, symbol)] as const;
    if (json) return printLine(toJsonText({ [kind]: names }));
    for (const name of names) printLine(printable(name));
  });
}

async function methods(schema: Schema, name: string): Promise<string[]> {
  const service = await find(schema, name);
  if (service.kind === "service") {
    return service.methods.map((method) =>
      `${service.typeName}/${method.name}`
    );
  }
  throw new UsageError(`"${name}" is no service, it is a ${service.kind}`);
}
