/** The name that a field has in JSON unless it says another: camelCase. */
export function usualJsonName(name: string): string {
  return name.replaceAll(/_+(.?)/g, (_, letter) => letter.toUpperCase());
}
