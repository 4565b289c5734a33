/** Other people's text inside Markdown: shown as written, without mentions, links, references or markup. */

/** Inside a computed code span. Line breaks become spaces; long texts are cut. */
export function codeSpan(text: string, longest = 200): string {
  const line = text.replace(/\s+/g, ' ').trim()
  const cut = line.length > longest ? `${line.slice(0, longest)}…` : line
  const runs = cut.match(/`+/g) ?? []
  const fence = '`'.repeat(Math.max(0, ...runs.map((run) => run.length)) + 1)
  const pad = cut === '' || cut.startsWith('`') || cut.endsWith('`') ? ' ' : ''
  return `${fence}${pad}${cut}${pad}${fence}`
}

/** The same inside a cell of a table, where a bar would end the cell. */
export function cell(text: string | null): string {
  return text === null ? '–' : codeSpan(text, 120).replaceAll('|', '\\|')
}

/** In running text: whatever could be markup, a mention or a reference is made inert. */
export function plain(text: string, longest = 300): string {
  const line = text.replace(/\s+/g, ' ').trim().slice(0, longest)
  return line.replace(/[\\`*_{}[\]()<>#+!|~&$]/g, (mark) => `&#${mark.charCodeAt(0)};`).replaceAll('@', '&#64;')
}
