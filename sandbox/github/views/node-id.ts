/** Opaque to clients, readable to us: the kind and the number of what it names. */
export function nodeId(kind: string, id: number | string): string {
  return Buffer.from(`0${kind.length}:${kind}${id}`).toString('base64url')
}

export function parseNodeId(value: string): { kind: string; id: string } | undefined {
  const match = /^0(\d+):(.*)$/s.exec(Buffer.from(value, 'base64url').toString())
  if (!match) return undefined
  const [, length = '', text = ''] = match
  return { kind: text.slice(0, Number(length)), id: text.slice(Number(length)) }
}
