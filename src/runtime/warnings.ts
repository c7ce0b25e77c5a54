/** Says on the console what no event listener will hear. */
export function warnUnheard(warnings: readonly string[]): void {
  for (const warning of warnings) console.warn(`@keepalive/grpc: ${warning}`);
}
