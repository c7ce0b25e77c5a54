/**
 * Reports in files.
 *
 * @module
 */
import { toMarkdown } from "./markdown.ts";
import { toSvg } from "./picture.ts";
import type { Report } from "./tables.ts";

/** The line of a page that figures follow. */
const FIGURES = "<!-- figures -->\n\n";

/** The pictures of a page: how many panels lie beside each other in which. */
const PICTURES = { ".svg": 2, "-narrow.svg": 1 };

/** Reads what was written; nothing if there is none. */
export async function readReport(folder: string): Promise<Report | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(`${folder}/peers.json`));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Writes it for programs, and for readers. */
export async function writeReport(
  folder: string,
  report: Report,
): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(`${folder}/peers.json`, toJson(report));
  await Deno.writeTextFile(`${folder}/peers.md`, toMarkdown(report));
}

/** Puts it into a page, whose pictures lie beside it, and formats all of them. */
export async function writePage(page: string, report: Report): Promise<void> {
  const [text] = (await Deno.readTextFile(page)).split(FIGURES);
  await Deno.writeTextFile(page, text + FIGURES + toMarkdown(report));
  const files = [page];
  for (const [end, columns] of Object.entries(PICTURES)) {
    const picture = page.replace(/\.md$/, end);
    await Deno.writeTextFile(picture, toSvg(report, columns));
    files.push(picture);
  }
  const fmt = { args: ["fmt", "--quiet", ...files] };
  const { success } = await new Deno.Command(Deno.execPath(), fmt).output();
  if (!success) throw new Error(`deno fmt fails at ${files.join(" or ")}`);
}

/** As text that people can read as well. */
export function toJson(report: Report): string {
  return JSON.stringify(report, undefined, 2);
}
