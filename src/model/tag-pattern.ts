import { createRequire } from 'node:module'
import type { RE2JS } from 're2js'

const load = createRequire(import.meta.url)

/** A pattern for tags whose matching takes time that grows with the tag alone, whatever the pattern. */
export interface TagPattern {
  /** What decides the order: the group `n`, else the first group, else the whole match. Undefined where the tag does not fit. */
  read(tag: string): string | undefined
}

const LONGEST = 200
/** Steps of the compiled pattern, each of which may be gone through for each character: a repeated part counts each time. */
const MOST_STEPS = 400

/** RE2's syntax, which has neither back references nor look-around. Answers what is wrong as a sentence's end. */
export function parseTagPattern(text: string): TagPattern | string {
  if (text.length > LONGEST) return `must be at most ${LONGEST} characters long`
  try {
    const pattern = engine().compile(text)
    if (pattern.programSize() > MOST_STEPS) return 'must repeat less: tags have at most 128 characters'
    const hasName = 'n' in pattern.namedGroups()
    const group = hasName ? 'n' : Math.min(pattern.groupCount(), 1)
    return {
      read(tag) {
        const matcher = pattern.matcher(tag)
        return matcher.find() ? (matcher.group(group) ?? undefined) : undefined
      },
    }
  } catch (error) {
    return `must be a regular expression of RE2 (${error instanceof Error ? error.message : String(error)})`
  }
}

/** Loaded where a pattern is written: few configurations have one, and it takes four megabytes. */
function engine(): typeof RE2JS {
  return (load('re2js') as { RE2JS: typeof RE2JS }).RE2JS
}
