/** GitHub's coloured boxes, for what must not be overlooked. The head of a section whose items are `quoted`. */
export function alertHead(kind: 'CAUTION' | 'WARNING' | 'NOTE'): string {
  return `> [!${kind}]`
}

export function quoted(line: string): string {
  return `> ${line}`
}
