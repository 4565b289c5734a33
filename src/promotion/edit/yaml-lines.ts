/** Line arithmetic on a file's own text: what stands around an offset, and how this file ends its lines. */

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1
}

/** Offset of the line break that ends the line of `offset`, or the text's end. */
export function lineEnd(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset)
  if (newline === -1) return text.length
  return newline > offset && text[newline - 1] === '\r' ? newline - 1 : newline
}

/** Offset after the newline of the line that holds `offset`; the text's end where it has none. */
export function nextLine(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset)
  return newline === -1 ? text.length : newline + 1
}

export function lineBreak(text: string): string {
  return /\r\n/.test(text) ? '\r\n' : '\n'
}

/** `lines` as whole lines at a line's start. Keeps a file without a final newline without one. */
export function insertLines(text: string, offset: number, lines: readonly string[]): string {
  const eol = lineBreak(text)
  const endsOpen = offset === text.length && !text.endsWith('\n')
  return endsOpen ? eol + lines.join(eol) : lines.map((line) => line + eol).join('')
}

/** Blank lines stay blank. */
export function indented(lines: readonly string[], column: number): string[] {
  return lines.map((line) => (line === '' ? '' : ' '.repeat(column) + line))
}
