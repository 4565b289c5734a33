import type { LiveObject } from '../../model/cluster.ts'
import { INVENTORY_LABEL } from '../labels.ts'
import { labelOf, textAt } from '../live/live-object.ts'
import type { Inventory } from './inventory.ts'
import { parseInventory } from './parse-inventory.ts'

const PARENT = /^lockstep-[0-9a-f]{16}$/

/** The inventories among the ConfigMaps that a list or a watch of `INVENTORY_LABEL` tells, one at a time. */
export class InventoryIndex {
  /** By label and name. */
  readonly #parts = new Map<string, Map<string, LiveObject>>()
  readonly #parsed = new Map<string, Inventory>()

  constructor(configMaps: readonly LiveObject[] = []) {
    for (const body of configMaps) this.put(body)
  }

  /** Answers the label of the target whose inventory may be another now. */
  put(configMap: LiveObject): string | undefined {
    return this.#change(configMap, (parts, name) => parts.set(name, configMap))
  }

  /** As `put`, for one that was deleted. */
  drop(configMap: LiveObject): string | undefined {
    return this.#change(configMap, (parts, name) => parts.delete(name))
  }

  labels(): Iterable<string> {
    return this.#parts.keys()
  }

  /** Parsed when asked for, once for each change; undefined where there is none. */
  of(label: string): Inventory | undefined {
    const known = this.#parsed.get(label)
    if (known) return known
    const parts = [...(this.#parts.get(label)?.values() ?? [])]
    const parent = parts.find((body) => PARENT.test(textAt(body, 'metadata', 'name') ?? ''))
    const inventory = parent && parseInventory(parent, parts)
    if (inventory) this.#parsed.set(label, inventory)
    return inventory
  }

  all(): Inventory[] {
    return [...this.labels()].flatMap((label) => this.of(label) ?? [])
  }

  #change(body: LiveObject, change: (parts: Map<string, LiveObject>, name: string) => void): string | undefined {
    const label = labelOf(body, INVENTORY_LABEL)
    const name = textAt(body, 'metadata', 'name')
    if (label === undefined || name === undefined) return undefined
    const parts = this.#parts.get(label) ?? new Map<string, LiveObject>()
    change(parts, name)
    this.#parts.set(label, parts)
    if (parts.size === 0) this.#parts.delete(label)
    this.#parsed.delete(label)
    return label
  }
}
