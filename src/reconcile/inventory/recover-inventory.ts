import type { LiveObject, ResourceKind } from '../../model/cluster.ts'
import { LockstepError, type Problem } from '../../model/errors.ts'
import { resourceId } from '../../model/resource-key.ts'
import { targetId } from '../../model/target.ts'
import { ownersOf } from '../fields/own-fields.ts'
import { PRUNE_ANNOTATION, TARGET_LABEL } from '../labels.ts'
import { kindsOf } from '../live/kinds-of.ts'
import { annotationOf, keyOf, objectsAt, uidOf } from '../live/live-object.ts'
import type { Session } from '../pass/session.ts'
import type { Inventory, InventoryRecord, PruneWord } from './inventory.ts'
import { newerFormat } from './inventory-problems.ts'
import { isPresent, readThoroughly } from './inventory-store.ts'
import { survey } from './survey.ts'

export interface TrustedInventory {
  readonly inventory: Inventory
  /** INVENTORY_LOST or INVENTORY_CORRUPT: it was rebuilt. */
  readonly problems: readonly Problem[]
}

/**
 * The inventory to plan by. One that is broken, or gone while live objects carry our label, is rebuilt from these objects; what Git does
 * not want of them is marked `found`. `wanted`: ids of the render. The kinds of the render are held by the view. Throws INVENTORY_NEWER.
 */
export async function trustedInventory(
  session: Session,
  known: Inventory,
  wanted: ReadonlySet<string>,
): Promise<TrustedInventory> {
  if (!isSuspicious(session, known)) return { inventory: known, problems: [] }
  const read = await readThoroughly(session)
  if (read.newer) throw new LockstepError(newerFormat(read))
  if (!isSuspicious(session, read)) return { inventory: read, problems: [] }
  return rebuild(session, read, wanted)
}

function isSuspicious({ view, ownership }: Session, inventory: Inventory): boolean {
  if (inventory.flaw !== undefined) return true
  return (
    !isPresent(inventory) &&
    [...view.ofTarget(ownership.target).values()].some(({ applied, owner }) => applied && !owner)
  )
}

async function rebuild(session: Session, read: Inventory, wanted: ReadonlySet<string>): Promise<TrustedInventory> {
  const labelSelector = `${TARGET_LABEL}=${session.ownership.target}`
  const believed = [...read.records.values()].map(({ key }) => key)
  const { objects, unseen } = await survey(session, { labelSelector }, kindsOf(believed))
  const found = objects.filter(isOurs).map(toRecord)
  const hidden = new Set(unseen.map(kindText))
  const kept = [...read.records.values()].filter(({ key }) => hidden.has(kindText(key)))
  const records = [...kept, ...found].map((record) => withHashes(record, read.records.get(resourceId(record.key))))
  const marked = records.map((record) => (wanted.has(resourceId(record.key)) ? unmarked(record) : record))
  const inventory: Inventory = {
    ...read,
    flaw: read.flaw ?? 'is gone',
    records: new Map(marked.map((record) => [resourceId(record.key), record])),
  }
  return { inventory, problems: [problemOf(session, read, unseen)] }
}

/** A label alone may have been copied from one of our objects by whoever made another one of it. */
function isOurs(object: LiveObject): boolean {
  return ownersOf(object).some(({ ours }) => ours) && objectsAt(object, 'metadata', 'ownerReferences').length === 0
}

function toRecord(object: LiveObject): InventoryRecord {
  const uid = uidOf(object)
  const prune = annotationOf(object, PRUNE_ANNOTATION)
  return {
    key: keyOf(object),
    ...(uid && { uid }),
    ...(isPruneWord(prune) && { prune }),
    found: true,
  }
}

function isPruneWord(text: string | undefined): text is PruneWord {
  return text === 'disabled' || text === 'allowed'
}

/** What is still known of the same object need not be applied again. */
function withHashes(record: InventoryRecord, believed: InventoryRecord | undefined): InventoryRecord {
  return believed && believed.uid === record.uid ? { ...believed, found: true } : record
}

function unmarked({ found: _, ...record }: InventoryRecord): InventoryRecord {
  return record
}

function kindText({ group, kind }: Pick<ResourceKind, 'group' | 'kind'>): string {
  return group ? `${kind}.${group}` : kind
}

function problemOf(session: Session, read: Inventory, unseen: readonly ResourceKind[]): Problem {
  const present = isPresent(read)
  const hidden = unseen.length > 0 ? ` Not allowed or able to look for ${unseen.map(kindText).join(', ')}.` : ''
  return {
    code: present ? 'INVENTORY_CORRUPT' : 'INVENTORY_LOST',
    message: `The inventory of ${targetId(session.target)} ${read.flaw ?? 'is gone'}, so it is made again from the live objects that carry its label.${hidden}`,
    remedy:
      'Nothing that left Git meanwhile is pruned before it is confirmed; look for who changes ConfigMaps in the namespace of inventories.',
  }
}
