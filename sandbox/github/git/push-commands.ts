export interface PushCommand {
  readonly before: string
  readonly after: string
  readonly ref: string
}

/** The ref updates at the start of a receive-pack request: packets until the flush, capabilities after a NUL. */
export function parsePushCommands(body: Buffer): PushCommand[] {
  const commands: PushCommand[] = []
  for (let offset = 0; offset + 4 <= body.length; ) {
    const length = Number.parseInt(body.toString('latin1', offset, offset + 4), 16)
    if (!Number.isInteger(length) || length < 4) break
    const line =
      body
        .toString('utf8', offset + 4, offset + length)
        .split('\0')[0]
        ?.trimEnd() ?? ''
    const match = /^([0-9a-f]{40}) ([0-9a-f]{40}) (.+)$/.exec(line)
    if (match) commands.push({ before: match[1] ?? '', after: match[2] ?? '', ref: match[3] ?? '' })
    offset += length
  }
  return commands
}
