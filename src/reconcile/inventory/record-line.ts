import { apiVersion, type ResourceKey } from '../../model/resource-key.ts'
import type { InventoryRecord, PruneWord } from './inventory.ts'

const FOUND = 'found'
const FLEETING = 'fleeting'
const MARKS: Readonly<Record<string, Partial<InventoryRecord>>> = {
  disabled: { prune: 'disabled' satisfies PruneWord },
  allowed: { prune: 'allowed' satisfies PruneWord },
  [FOUND]: { found: true },
  [FLEETING]: { fleeting: true },
}

/** One line: apiVersion, kind, namespace, name, uid, render hash, applied hash and, if any, marks; `-` for what is not there. */
export function printRecord({ key, uid, renderHash, appliedHash, prune, found, fleeting }: InventoryRecord): string {
  const words = [apiVersion(key), key.kind, key.namespace, printName(key.name), uid, renderHash, appliedHash]
  const marks = [prune, found && FOUND, fleeting && FLEETING].filter(Boolean).join(',')
  return [...words.map((word) => word || '-'), ...(marks ? [marks] : [])].join(' ')
}

/** undefined for a line that `printRecord` cannot have printed. */
export function parseRecord(line: string): InventoryRecord | undefined {
  const words = line.split(' ')
  const [version, kind, namespace, name, uid, renderHash, appliedHash, marks] = words.map((word) =>
    word === '-' ? undefined : word,
  )
  const known = (marks ?? '').split(',').filter(Boolean)
  const plain = name && parseName(name)
  if (words.length < 7 || words.length > 8 || !version || !kind || !plain) return undefined
  if (known.some((mark) => !Object.hasOwn(MARKS, mark))) return undefined
  return Object.assign(
    { key: { ...parseVersion(version), kind, ...(namespace && { namespace }), name: plain } },
    uid && { uid },
    renderHash && { renderHash },
    appliedHash && { appliedHash },
    ...known.map((mark) => MARKS[mark]),
  )
}

function parseVersion(text: string): Pick<ResourceKey, 'group' | 'version'> {
  const slash = text.indexOf('/')
  return { group: slash < 0 ? '' : text.slice(0, slash), version: text.slice(slash + 1) }
}

/** Names of roles may hold anything but `/` and `%`. */
function printName(name: string): string {
  return name === '-' ? '%2D' : name.replace(/\s/g, encodeURIComponent)
}

function parseName(word: string): string | undefined {
  try {
    return decodeURIComponent(word)
  } catch {
    return undefined
  }
}
