/** A part of the comment that shows as many whole items as there is room for, and counts the others. */
export interface Section {
  /** Key under which left-out items are counted. */
  readonly name: string
  readonly head: string
  /** Most telling first; may hold fewer than `total` where nobody would read on. */
  readonly items: readonly string[]
  readonly total: number
  /** One line for what is left out, at most 120 characters. */
  readonly rest: (count: number) => string
  readonly between: '\n' | '\n\n'
  /** The largest part of the whole comment that it may take, 0 to 1. */
  readonly share: number
}

export interface FittedSection {
  readonly name: string
  readonly text: string
  readonly omitted: number
}

/**
 * Gives each section room in the order of `sections`; the line that counts what is left out is set aside for all of them
 * first. Nothing is ever cut in the middle.
 */
export function fitSections(sections: readonly Section[], room: number): FittedSection[] {
  let left = room - sections.reduce((sum, section) => sum + restLine(section, section.total).length, 0)
  return sections.map((section) => {
    const items = itemsWithin(section, Math.min(left, Math.floor(room * section.share)))
    const text = assemble(section, items)
    left -= lengthOf(section, items)
    return { name: section.name, text, omitted: section.total - items.length }
  })
}

/** What all sections may take together when they are laid out below each other. */
export const GAP_BETWEEN_SECTIONS = '\n\n'

function itemsWithin(section: Section, room: number): string[] {
  let left = room - section.head.length - section.between.length
  return section.items.filter((item) => {
    const needed = item.length + section.between.length
    if (needed > left) return false
    left -= needed
    return true
  })
}

function assemble(section: Section, items: readonly string[]): string {
  const omitted = section.total - items.length
  const shown = items.length > 0 ? [`${section.head}${section.head && '\n'}${items.join(section.between)}`] : []
  return [...shown, ...(omitted > 0 ? [section.rest(omitted)] : [])].join(GAP_BETWEEN_SECTIONS)
}

function lengthOf(section: Section, items: readonly string[]): number {
  if (items.length === 0) return 0
  const between = section.between.length
  return section.head.length + between + items.reduce((sum, item) => sum + item.length + between, 0)
}

function restLine({ rest }: Section, total: number): string {
  return total === 0 ? '' : `${rest(total)}${GAP_BETWEEN_SECTIONS}${GAP_BETWEEN_SECTIONS}`
}
