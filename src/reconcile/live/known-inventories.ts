import type { KnownObjects, LiveObject, ObjectIdentity } from '../../model/cluster.ts'
import { identityOf } from '../../model/object-identity.ts'
import type { ResourceKey } from '../../model/resource-key.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { InventoryIndex } from '../inventory/inventory-index.ts'
import { INVENTORY_LABEL } from '../labels.ts'
import { labelOf, objectAt, textAt } from './live-object.ts'
import { isOlder } from './version.ts'

/** The inventories of a cluster as a watch tells them. What is older than what is known is not taken. */
export class KnownInventories implements KnownObjects {
  /** By the ConfigMap's name: all are in one namespace. */
  readonly #known = new Map<string, ObjectIdentity & { readonly label: string }>()
  readonly #index = new InventoryIndex()
  readonly #onChange: (label: string) => void

  /** `onChange` gets the `targetLabel` of every inventory that may be another now. */
  constructor(onChange: (label: string) => void) {
    this.#onChange = onChange
  }

  take(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: LiveObject): void {
    const identity = identityOf(object)
    const before = this.#known.get(identity.name)
    if (before && isOlder(identity.version, before.version)) return
    if (type === 'DELETED') this.#drop(object, before?.label)
    else if (before?.version !== identity.version) this.#put(object, identity, before?.label)
  }

  of(label: string): Inventory | undefined {
    return this.#index.of(label)
  }

  inventories(): Inventory[] {
    return this.#index.all()
  }

  /** Of every object that an inventory names. */
  *keys(): Generator<ResourceKey> {
    for (const { records } of this.#index.all()) for (const { key } of records.values()) yield key
  }

  get(_namespace: string | undefined, name: string): ObjectIdentity | undefined {
    return this.#known.get(name)
  }

  all(): Iterable<ObjectIdentity> {
    return this.#known.values()
  }

  #put(object: LiveObject, identity: ObjectIdentity, before: string | undefined): void {
    const label = labelOf(object, INVENTORY_LABEL) ?? ''
    if (before !== label) this.#drop(object, before)
    this.#known.set(identity.name, { ...identity, label })
    this.#index.put(withoutManagedFields(object))
    this.#onChange(label)
  }

  /** What a list found missing carries its name alone. */
  #drop({ metadata, ...object }: LiveObject, label: string | undefined): void {
    if (label === undefined) return
    this.#known.delete(textAt(metadata, 'name') ?? '')
    this.#index.drop({ ...object, metadata: { ...objectAt(metadata), labels: { [INVENTORY_LABEL]: label } } })
    this.#onChange(label)
  }
}

function withoutManagedFields(object: LiveObject): LiveObject {
  const { managedFields: _, ...metadata } = objectAt(object, 'metadata') ?? {}
  return { ...object, metadata }
}
