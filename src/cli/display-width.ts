const SEGMENTS = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
/** Letters of East Asia and pictures take two columns, marks that sit on a letter none. */
const WIDE =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/u
const NONE = /^[\p{Mark}\p{Default_Ignorable_Code_Point}]+$/u

/** How many columns of a terminal a text takes that holds no control sequences. */
export function displayWidth(text: string): number {
  return graphemes(text).reduce((sum, one) => sum + widthOf(one), 0)
}

/** With blanks up to `columns`; what is wider ends in `…` instead. */
export function fitTo(text: string, columns: number): string {
  const width = displayWidth(text)
  if (width <= columns) return text + ' '.repeat(columns - width)
  let kept = ''
  let used = 0
  for (const one of graphemes(text)) {
    if (used + widthOf(one) > columns - 1) break
    kept += one
    used += widthOf(one)
  }
  return `${kept}…${' '.repeat(Math.max(0, columns - used - 1))}`
}

function graphemes(text: string): string[] {
  return Array.from(SEGMENTS.segment(text), ({ segment }) => segment)
}

function widthOf(grapheme: string): number {
  if (NONE.test(grapheme)) return 0
  return WIDE.test(grapheme) || grapheme.includes('\ufe0f') ? 2 : 1
}
