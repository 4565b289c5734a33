/** A part of the comment. It is said as fully as there is room for, and what it leaves out is counted. */
export interface Section {
  /** Key under which left-out things are counted. */
  readonly name: string
  readonly head: string
  /**
   * Ways to say it, the fullest first. A way that does not fit is dropped whole for the next; of the last one whole items are
   * shown, the most telling first. All ways tell of the same number of things.
   */
  readonly levels: readonly (readonly Item[])[]
  /** One line for what is left out. */
  readonly rest: (count: number) => string
  readonly between: '\n' | '\n\n'
  /** The largest part of the whole comment that it may take, 0 to 1. */
  readonly share: number
}

export interface Item {
  readonly text: string
  /** How many of the section's things it stands for. */
  readonly count: number
}

export interface FittedSection {
  readonly name: string
  readonly head: string
  readonly items: readonly Item[]
  /** Which of the section's levels the items are of. */
  readonly level: number
  /** Counts what is left out; empty where nothing is. */
  readonly rest: string
  readonly omitted: number
  readonly between: '\n' | '\n\n'
}

/** What stands between sections, and around what is set aside for them. */
export const GAP_BETWEEN_SECTIONS = '\n\n'

/** One item a text, each for one thing. */
export function itemsOf(texts: readonly string[]): Item[] {
  return texts.map((text) => ({ text, count: 1 }))
}

/**
 * Gives each section room in the order of `sections`; the lines that count what is left out are set aside for all of them first.
 * Nothing is ever cut in the middle. Answers also how many characters nobody needed.
 */
export function fitSections(sections: readonly Section[], room: number): { fitted: FittedSection[]; left: number } {
  let left = room - sections.reduce((sum, section) => sum + restRoom(section), 0)
  const fitted = sections.map((section) => {
    const allowed = Math.min(left, Math.floor(room * section.share))
    const one = fitSection(section, allowed)
    left -= one.items.length > 0 ? lengthOf(one) : 0
    return one
  })
  return { fitted, left }
}

/** The section as Markdown; `''` for one that has nothing to say. */
export function printSection({ head, items, rest, between }: FittedSection): string {
  const shown = items.length > 0 ? [head, items.map(({ text }) => text).join(between)].filter(Boolean).join('\n') : ''
  return [shown, rest].filter(Boolean).join(GAP_BETWEEN_SECTIONS)
}

function fitSection(section: Section, room: number): FittedSection {
  const { name, head, between, levels } = section
  const last = levels.length - 1
  const whole = levels.findIndex((items) => lengthOf({ head, items, between }) <= room)
  const level = whole === -1 ? last : whole
  const all = levels[level] ?? []
  const items = whole === -1 ? itemsWithin(all, { head, between }, room) : all
  const omitted = thingsIn(all) - thingsIn(items)
  return { name, head, items, level, between, omitted, rest: omitted > 0 ? section.rest(omitted) : '' }
}

type Frame = Pick<Section, 'head' | 'between'>

function itemsWithin(items: readonly Item[], frame: Frame, room: number): Item[] {
  let left = room - lengthOf({ ...frame, items: [] })
  return items.filter(({ text }) => {
    const needed = text.length + frame.between.length
    if (needed > left) return false
    left -= needed
    return true
  })
}

function lengthOf({ head, items, between }: Frame & { readonly items: readonly Item[] }): number {
  const texts = items.reduce((sum, { text }) => sum + text.length + between.length, 0)
  return head.length + 1 + texts + GAP_BETWEEN_SECTIONS.length
}

function restRoom({ levels, rest }: Section): number {
  const total = thingsIn(levels[0] ?? [])
  return total === 0 ? 0 : rest(total).length + 2 * GAP_BETWEEN_SECTIONS.length
}

function thingsIn(items: readonly Item[]): number {
  return items.reduce((sum, { count }) => sum + count, 0)
}
