/**
 * Builds the peer on grpc-java.
 *
 * @module
 */

import {
  onceFor,
  type Outcome,
  pathBeside,
  readFolder,
  run,
  runAll,
  withLock,
} from "../tools.ts";
import { type Preparation, unavailable } from "./prepare.ts";

/** Starts in half the time, for programs that live for seconds. */
const JVM = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"];

const COPY_DEPENDENCIES =
  "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";

/** grpc-java with its own interop programs, from Maven's jars. */
export async function prepareJava(): Promise<Preparation> {
  for (const tool of [["javac", "-version"], ["mvn", "--version"]]) {
    const version = await run(tool);
    if (!version.ok) return unavailable(`${tool[0]} is missing`, version);
  }
  return await withLock("grpc_java", async (folder) => {
    const built = await build(folder);
    if (!built.ok) return unavailable("grpc-java cannot be built", built);
    const archive = `-XX:SharedArchiveFile=${folder}/classes.jsa`;
    return { available: true, command: [...JVM, archive, ...main(folder)] };
  });
}

function main(folder: string): string[] {
  return ["-cp", `${folder}/peer.jar:${folder}/lib/*`, "Main"];
}

async function build(folder: string): Promise<Outcome> {
  const lib = `${folder}/lib`;
  const pom = pathBeside(import.meta.url, "grpc_java/pom.xml");
  const src = pathBeside(import.meta.url, "grpc_java/src");
  const sources = await readFolder(src);
  const files = [...sources.keys()].map((name) => `${src}/${name}`);
  const inputs = [folder, await Deno.readTextFile(pom), ...sources.values()];
  return await onceFor(folder, inputs, () =>
    runAll([
      ["rm", "-rf", lib, `${folder}/classes`],
      [
        ...["mvn", "--quiet", "--batch-mode", "--file", pom],
        ...[COPY_DEPENDENCIES, `-DoutputDirectory=${lib}`],
      ],
      ["javac", "-d", `${folder}/classes`, "-cp", `${lib}/*`, ...files],
      ["jar", "-cf", `${folder}/peer.jar`, "-C", `${folder}/classes`, "."],
      [
        ...[...JVM, `-XX:ArchiveClassesAtExit=${folder}/classes.jsa`],
        ...[...main(folder), "warm-up"],
      ],
    ]));
}
