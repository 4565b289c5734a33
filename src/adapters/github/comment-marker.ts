/** The first line of a comment that is edited in place; GitHub does not show it. */
export function printMarker(topic: string): string {
  if (!/^[\w./-]+$/.test(topic) || topic.includes('--')) throw new Error(`not a comment topic: ${topic}`)
  return `<!-- lockstep:${topic} -->`
}

/** The topic a comment was written for, undefined when it has none. */
export function parseMarker(body: string): string | undefined {
  return /^<!-- lockstep:([\w./-]+) -->\r?$/m.exec(body.split('\n', 1)[0] ?? '')?.[1]
}
