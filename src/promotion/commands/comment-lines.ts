/** The lines of a comment that its author says: not in fenced code, not in an HTML comment. Quoted ones keep their `>`. */
export function spokenLines(body: string): string[] {
  const lines: string[] = []
  let fence: string | undefined
  let hidden = false
  for (const line of body.split(/\r?\n/)) {
    const marks = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line)
    if (fence !== undefined) {
      if (marks?.[1]?.startsWith(fence) && marks[2]?.trim() === '') fence = undefined
      continue
    }
    if (!hidden && marks?.[1]) {
      fence = marks[1]
      continue
    }
    if (!hidden) lines.push(line.replace(/<!--.*$/, ''))
    hidden = endsHidden(line, hidden)
  }
  return lines
}

/** Whether an HTML comment is open after the line. */
function endsHidden(line: string, hidden: boolean): boolean {
  const opened = line.lastIndexOf('<!--')
  const closed = line.lastIndexOf('-->')
  return hidden ? closed < 0 || opened > closed : opened >= 0 && closed < opened + 4
}
