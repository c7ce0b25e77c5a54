/** A run of `deno test` as a task in deno.json writes it. */
export interface TestRun {
  /** Its flags, as written. */
  readonly flags: readonly string[];
  /** The files and folders that it runs. */
  readonly paths: readonly string[];
}

type Tasks = Record<string, string | { command?: string }>;

/** The runs of `deno test` that a task consists of, other tasks included. */
export function testRuns(tasks: Tasks, name: string): TestRun[] {
  const task = tasks[name];
  if (task === undefined) throw new Error(`deno.json has no task "${name}"`);
  const command = typeof task === "string" ? task : task.command ?? "";
  return command.split(/&&|\|\||;/).flatMap((part): TestRun[] => {
    const [program, verb, ...words] = part.trim().split(/\s+/);
    if (program !== "deno") return [];
    if (verb === "task") {
      const other = words.find((word) => !word.startsWith("-"));
      return other === undefined ? [] : testRuns(tasks, other);
    }
    if (verb !== "test") return [];
    return [{
      flags: words.filter((word) => word.startsWith("-")),
      paths: words.filter((word) => !word.startsWith("-")),
    }];
  });
}

/** Whether a run is given a permission, or could ask for one. */
export function hasPermissions({ flags }: TestRun): boolean {
  return !flags.includes("--no-prompt") ||
    flags.some((flag) =>
      /^--(allow|permission-set|unstable)/.test(flag) ||
      /^-(?!-).*[APRWENSI]/.test(flag)
    );
}

/** Whether a run includes a file, given as a path from the root. */
export function covers({ paths }: TestRun, file: string): boolean {
  return paths.length === 0 ||
    paths.some((path) =>
      file === path || file.startsWith(`${path.replace(/\/$/, "")}/`)
    );
}
