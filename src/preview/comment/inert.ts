/**
 * Manifests, names, paths and messages are other people's text. In a comment it stands in a code span, in a computed
 * fence, or escaped: it can mention nobody, link nothing, and pass for nothing that Lockstep says.
 */

/** A code span whose run of backticks the text cannot close. One line. */
export function code(text: string): string {
  const shown = withoutMarker(oneLine(text)) || '""'
  const fence = '`'.repeat(longestRun(shown) + 1)
  const pad = /^[` ]|[` ]$/.test(shown) ? ' ' : ''
  return `${fence}${pad}${shown}${pad}${fence}`
}

/** A code span in a cell of a table. A bar would end the cell even in code, escaped or not: it becomes a broken one. */
export function codeCell(text: string): string {
  return code(text.replaceAll('|', '¦'))
}

/** A fenced block whose fence the text cannot close. */
export function fenced(text: string, language = ''): string {
  const shown = withoutMarker(visible(text.replace(/\r\n?/g, '\n')))
  const fence = '`'.repeat(Math.max(3, longestRun(shown) + 1))
  return `${fence}${language}\n${shown}\n${fence}`
}

/** A sentence: Markdown, HTML, mentions, references and links in it mean nothing, nor does how it begins. One line. */
export function plain(text: string): string {
  return entities(unlinked(oneLine(text)))
    .replace(/[\\`*_[\]|~]/g, '\\$&')
    .replace(/^(\s*\d*)([-+=#.)])/, '$1\\$2')
}

/** A sentence of at most `most` characters once it is escaped; what is longer ends in `…`. */
export function plainWithin(text: string, most: number): string {
  const whole = plain(text)
  if (whole.length <= most) return whole
  const letters = Array.from(text)
  let kept = Math.min(letters.length, most)
  while (kept > 0 && plain(letters.slice(0, kept).join('')).length >= most) kept--
  return `${plain(letters.slice(0, kept).join('').trimEnd())}…`
}

/** Text inside an HTML element. One line. */
export function html(text: string): string {
  return entities(unlinked(oneLine(text)))
}

/** At most `most` characters, saying how many there were. */
export function clip(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most).toWellFormed()}… (${text.length} characters)`
}

function entities(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/\$/g, '&dollar;')
}

/** GitHub makes links and notifications of these wherever it finds them; seven hexadecimal digits may be a commit. */
function unlinked(text: string): string {
  return text
    .replace(/@/g, `@${GAP}`)
    .replace(/#(?=\d)|\bGH-(?=\d)|\bwww\./gi, `$&${GAP}`)
    .replace(/:\/\//g, `:${GAP}//`)
    .replace(/[0-9a-f]{6}(?=[0-9a-f])/gi, `$&${GAP}`)
}

/** Takes no room and ends a word. */
const GAP = '\u200b'

/** Without line breaks, controls and direction marks. */
export function oneLine(text: string): string {
  return visible(text.replace(/\r\n?|\n/g, '␤').replace(/\t/g, ' '))
}

/** Controls and direction marks, which hide what is really there, become visible. */
function visible(text: string): string {
  return text.toWellFormed().replace(/(?![\n\t])[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd')
}

/** Comments of ours are found by a hidden marker; nobody else may write one. */
function withoutMarker(text: string): string {
  return text.replaceAll('<!--', `<${GAP}!--`)
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
}
