import { spokenLines } from '../model/spoken-lines.ts'

/** A cheap look whether a comment may hold a command: a line of its author's own that starts with `/word`. */
export function holdsCommand(body: string): boolean {
  return spokenLines(body).some((line) => /^\/[a-z]/i.test(line))
}
