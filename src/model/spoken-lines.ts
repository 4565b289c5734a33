/** Where an HTML comment begins or ends, or an element whose text is shown as code or as somebody else's words. */
const EDGES = /<!--|-->|<(\/?)(pre|code|blockquote|script|style|textarea)\b[^>]*>/gi
const COMMENT = '!--'

type Place =
  | { readonly kind: 'outside' }
  /** In a code block that these marks opened, so far from the left. */
  | { readonly kind: 'fence'; readonly marks: string; readonly indent: number }
  /** In these elements, the innermost last; `!--` is an HTML comment. A `block` of HTML ends at its end only, not at an empty line. */
  | { readonly kind: 'element'; readonly open: readonly string[]; readonly block: boolean }
  /** Below a quoted line, which it still belongs to without `>`, or in a paragraph with code over several lines. */
  | { readonly kind: 'silent' }
  /** Behind a line that begins with a tag: until the next empty one, marks may be marks or plain HTML. */
  | { readonly kind: 'html' }
  /** Behind marks of which that cannot be told. */
  | { readonly kind: 'lost' }

interface Step {
  readonly place: Place
  /** What of the line is said; absent for nothing. */
  readonly spoken?: string
}

const OUTSIDE: Place = { kind: 'outside' }
const SILENT: Place = { kind: 'silent' }
const LOST: Place = { kind: 'lost' }
const BEGINS_WITH_MARKS = /^ {0,3}(?:`{3}|~{3}|>)/
/** HTML that goes on over empty lines, with nothing in it that is Markdown. */
const BEGINS_BLOCK = /^ {0,3}<(?:!--|(?:pre|script|style|textarea)(?=[\s>]))/i
const ENDS_BLOCK = /<\/(?:pre|script|style|textarea)>/i
const BEGINS_WITH_TAG = /^ {0,3}<[a-z!/?]/i

/**
 * The lines of a comment that its author says, as GitHub shows it: not in code, not quoted, not in an HTML comment or an element that
 * sets text apart. What never ends reaches to the end, and what cannot be told is not said. HTML comments inside a line are left out of it.
 */
export function spokenLines(body: string): string[] {
  const lines = body.split(/\r\n|\r|\n/)
  const spoken: string[] = []
  let place = OUTSIDE
  for (const [i, line] of lines.entries()) {
    const step = stepOver(place, line, () => paragraphAfter(lines, i))
    if (step.spoken !== undefined) spoken.push(step.spoken)
    place = step.place
  }
  return spoken
}

function stepOver(place: Place, line: string, rest: () => readonly string[]): Step {
  const isEmpty = line.trim() === ''
  switch (place.kind) {
    case 'lost':
      return { place }
    case 'fence':
      return { place: afterFence(place, line) }
    case 'element':
      return { place: afterElement(place, line) }
    case 'silent':
      return { place: isEmpty ? OUTSIDE : afterSilent(line) }
    case 'html':
      return isEmpty ? { place: OUTSIDE } : stepOverHtml(line)
    case 'outside':
      return isEmpty ? { place } : stepOverText(line, rest)
  }
}

function stepOverText(line: string, rest: () => readonly string[]): Step {
  const fence = openedFence(line)
  if (fence) return { place: fence }
  if (/^ {0,3}>/.test(line)) return { place: SILENT }
  if (BEGINS_BLOCK.test(line)) return { place: asBlock(afterText([], line)) }
  if (BEGINS_WITH_TAG.test(line)) return stepOverHtml(line)
  const text = withoutCode(line)
  const [ticks] = backticks(text)
  if (ticks !== undefined && rest().some((later) => backticks(later).includes(ticks)))
    return { place: SILENT, spoken: line }
  return { place: afterText([], text), spoken: withoutComments(line) }
}

function afterSilent(line: string): Place {
  const fence = openedFence(line)
  if (fence) return fence
  return BEGINS_WITH_TAG.test(line) ? LOST : SILENT
}

function stepOverHtml(line: string): Step {
  if (BEGINS_WITH_MARKS.test(line)) return { place: LOST }
  const after = afterText([], line)
  return { place: after.kind === 'outside' ? { kind: 'html' } : after, spoken: withoutComments(line) }
}

function paragraphAfter(lines: readonly string[], index: number): readonly string[] {
  const end = lines.findIndex((line, i) => i > index && line.trim() === '')
  return lines.slice(index + 1, end === -1 ? undefined : end)
}

/** Behind backticks there are none more: those are code within a line. */
function openedFence(line: string): Place | undefined {
  const [, indent, ticks, tildes] = /^( {0,3})(?:(`{3,})[^`]*|(~{3,}).*)$/.exec(line) ?? []
  const marks = ticks ?? tildes
  return marks === undefined ? undefined : { kind: 'fence', marks, indent: indent?.length ?? 0 }
}

/** What is less indented than an indented fence may stand behind a list that has ended, and the fence with it. */
function afterFence(place: Extract<Place, { kind: 'fence' }>, line: string): Place {
  const indent = line.search(/\S/)
  if (indent >= 0 && indent < place.indent) return LOST
  return closes(line, place.marks) ? OUTSIDE : place
}

/** The same mark, at least as long, and nothing behind it. */
function closes(line: string, marks: string): boolean {
  const own = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(line)?.[1]
  return own?.startsWith(marks) === true
}

function withoutCode(line: string): string {
  return line.replace(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, '')
}

function backticks(line: string): string[] {
  return line.match(/`+/g) ?? []
}

function withoutComments(line: string): string {
  return line.replace(/<!--.*?(?:-->|$)/g, '')
}

function asBlock(place: Place): Place {
  return place.kind === 'element' && place.open.length === 1 ? { ...place, block: true } : place
}

/** Outside of a block of HTML, an empty line may let marks be marks again. */
function afterElement(place: Extract<Place, { kind: 'element' }>, line: string): Place {
  const after = afterText(place.open, line)
  if (!place.block) return line.trim() === '' || BEGINS_WITH_MARKS.test(line) ? LOST : after
  const isSame = after.kind === 'element' && after.open.join() === place.open.join()
  return isSame && (place.open[0] === COMMENT || !ENDS_BLOCK.test(line)) ? place : after
}

/** What is open at the end of the text. An end that is not the innermost one's ends nothing. */
function afterText(open: readonly string[], text: string): Place {
  const stack = [...open]
  for (const [edge, slash, name] of text.matchAll(EDGES)) {
    const found = name?.toLowerCase() ?? COMMENT
    const ends = edge === '-->' || slash === '/'
    if (ends && stack.at(-1) === found) stack.pop()
    else if (!ends && stack.at(-1) !== COMMENT) stack.push(found)
  }
  return stack.length > 0 ? { kind: 'element', open: stack, block: false } : OUTSIDE
}
