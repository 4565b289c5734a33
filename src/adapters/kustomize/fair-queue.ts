import { LruCache } from '../../model/lru-cache.ts'

/** What a person waits for goes before what nobody looks at yet. */
export type RenderPriority = 'preview' | 'background'

export interface RenderGroup {
  /** Takes turns with the others, whatever their number of renders: `owner/name` of a repository. */
  readonly name: string
  readonly priority: RenderPriority
}

/** However many previews there are, what waits in the background gets a turn after so many of them. */
const PREVIEWS_IN_A_ROW = 8

/**
 * Items in the order of their turns: previews first; within a priority the group that has waited longest for a turn; within a group
 * first come, first served.
 */
export class FairQueue<Item> {
  readonly #lanes = { preview: new Lane<Item>(), background: new Lane<Item>() }
  #previewsInARow = 0

  /** The same item may stand in several groups' queues at once. */
  add({ name, priority }: RenderGroup, item: Item): void {
    this.#lanes[priority].add(name, item)
  }

  remove({ name, priority }: RenderGroup, item: Item): void {
    this.#lanes[priority].remove(name, item)
  }

  /** Whose turn it is, taken out. Undefined when nobody waits. */
  take(): Item | undefined {
    const { preview, background } = this.#lanes
    const first = this.#previewsInARow < PREVIEWS_IN_A_ROW ? preview.take() : undefined
    this.#previewsInARow = first === undefined ? 0 : this.#previewsInARow + 1
    return first ?? background.take() ?? preview.take()
  }
}

/** Groups whose last turn is remembered: of one forgotten it is as long ago as of one that never had any. */
const REMEMBERED = 1_000

class Lane<Item> {
  readonly #items = new Map<string, Set<Item>>()
  readonly #lastTurns = new LruCache<string, number>(REMEMBERED)
  #turn = 0

  add(name: string, item: Item): void {
    this.#items.set(name, (this.#items.get(name) ?? new Set()).add(item))
  }

  remove(name: string, item: Item): void {
    const items = this.#items.get(name)
    items?.delete(item)
    if (items?.size === 0) this.#items.delete(name)
  }

  take(): Item | undefined {
    const lastTurn = (name: string) => this.#lastTurns.get(name) ?? 0
    const [name] = [...this.#items.keys()].sort((a, b) => lastTurn(a) - lastTurn(b))
    if (name === undefined) return undefined
    const [item] = this.#items.get(name) ?? []
    this.#lastTurns.set(name, ++this.#turn)
    this.remove(name, item as Item)
    return item
  }
}
