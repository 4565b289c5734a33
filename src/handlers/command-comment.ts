import { spokenLines } from '../model/spoken-lines.ts'

/** A cheap look whether a comment may hold a command. */
export function holdsCommand(body: string): boolean {
  return commandLines(body).length > 0
}

/** Lines of its author's own that start with `/word`. */
export function commandLines(body: string): string[] {
  return spokenLines(body).filter((line) => /^\/[a-z]/i.test(line))
}
