/** Few different texts that stand in thousands of records: each is kept once. */
const kept = new Map<string, string>()
const MOST = 10_000

export function interned(text: string): string {
  const found = kept.get(text)
  if (found !== undefined) return found
  if (kept.size >= MOST) kept.clear()
  kept.set(text, text)
  return text
}
