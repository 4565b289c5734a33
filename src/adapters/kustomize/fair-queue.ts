/** Who asks: what a person waits for goes before what nobody looks at yet. */
export type RenderPriority = 'preview' | 'background'

export interface RenderGroup {
  /** Takes turns with the others, whatever their number of renders: `owner/name` of a repository. */
  readonly name: string
  readonly priority: RenderPriority
}

/** Items in the order of their turns: previews first; within a priority each group in turn; within a group first come, first served. */
export class FairQueue<Item> {
  readonly #lanes = { preview: new Map<string, Set<Item>>(), background: new Map<string, Set<Item>>() }

  /** The same item may stand in several groups' queues at once. */
  add({ name, priority }: RenderGroup, item: Item): void {
    const lane = this.#lanes[priority]
    lane.set(name, (lane.get(name) ?? new Set()).add(item))
  }

  remove({ name, priority }: RenderGroup, item: Item): void {
    const lane = this.#lanes[priority]
    const items = lane.get(name)
    items?.delete(item)
    if (items?.size === 0) lane.delete(name)
  }

  /** Whose turn it is, taken out; its group goes to the end. Undefined when nobody waits. */
  take(): Item | undefined {
    return takeFrom(this.#lanes.preview) ?? takeFrom(this.#lanes.background)
  }
}

function takeFrom<Item>(lane: Map<string, Set<Item>>): Item | undefined {
  for (const [name, items] of lane) {
    lane.delete(name)
    for (const item of items) {
      items.delete(item)
      if (items.size > 0) lane.set(name, items)
      return item
    }
  }
  return undefined
}
