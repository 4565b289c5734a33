/** A cheap look whether a comment may hold a command: a line that starts with `/word`, outside fenced code. */
export function holdsCommand(body: string): boolean {
  let fence: string | undefined
  for (const line of body.split('\n')) {
    const marks = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line)
    if (fence === undefined && marks?.[1]) fence = marks[1]
    else if (fence !== undefined && closes(marks, fence)) fence = undefined
    else if (fence === undefined && /^\/[a-z]/.test(line)) return true
  }
  return false
}

/** The same mark, at least as long, and nothing behind it. */
function closes(marks: RegExpExecArray | null, fence: string): boolean {
  const [, mark = '', rest = ''] = marks ?? []
  return mark.startsWith(fence) && rest.trim() === ''
}
