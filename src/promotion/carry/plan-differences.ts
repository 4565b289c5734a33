import { isWithin } from './keep-rules.ts'
import { REF_LISTS, refIn, refPath } from './ref-fields.ts'

/** Something in which the two overlays still differ after the promotion. Values only where they are short and not secret. */
export interface Difference {
  readonly path: string
  readonly from: string | null
  readonly to: string | null
}

export interface Side {
  /** Directory of the overlay. */
  readonly directory: string
  /** The overlay's kustomization as values, after the edits. */
  readonly value: unknown
  /** Blob ids of the files below the overlay, by name below it, the kustomization file left out. */
  readonly files: ReadonlyMap<string, string>
  /** Which of those are patches. */
  readonly patches: ReadonlySet<string>
}

/** What differs, told apart by the `keep` rules: kept on purpose, or unexplained. */
export function remainingDifferences(
  from: Side,
  to: Side,
  keep: readonly string[],
): { kept: Difference[]; unexplained: Difference[] } {
  const all = [...fieldDifferences(from, to), ...fileDifferences(from, to)]
  const isKept = ({ path }: Difference) => keep.some((rule) => isWithin(path, rule))
  return { kept: all.filter(isKept), unexplained: all.filter((difference) => !isKept(difference)) }
}

function fieldDifferences(from: Side, to: Side): Difference[] {
  const left = new Map(leaves(from.value, ''))
  const right = new Map(leaves(to.value, ''))
  const paths = [...new Set([...left.keys(), ...right.keys()])]
  return paths
    .filter((path) => left.get(path) !== right.get(path))
    .map((path) => ({ path, from: shown(path, left.get(path)), to: shown(path, right.get(path)) }))
}

/** Every value with its path; members of lists by their name, where all have one. */
function leaves(value: unknown, path: string): [string, string][] {
  if (Array.isArray(value)) {
    const key = ['name', 'path'].find((each) => value.length > 0 && value.every((item) => isText(Object(item)[each])))
    if (!key) return listLeaves(value, path)
    return value.flatMap((item: unknown) =>
      leaves(withoutName(item, key), `${path}[${key}=${String(Object(item)[key])}]`),
    )
  }
  if (typeof value !== 'object' || value === null) return [[path, print(value)]]
  return Object.entries(value).flatMap(([key, member]) => leaves(member, path ? `${path}.${key}` : key))
}

/** A list without names is one value. In lists of bases, addresses are told apart from their versions; no other list's text gets into a path. */
function listLeaves(list: readonly unknown[], path: string): [string, string][] {
  const isOfBases = REF_LISTS.includes(path)
  const refs = list.map((item) => (isOfBases && typeof item === 'string' ? refIn(item) : undefined))
  const others = list.filter((_, i) => refs[i] === undefined)
  const leavesOfRefs = refs.flatMap((ref): [string, string][] => (ref ? [[refPath(path, ref.address), ref.ref]] : []))
  return others.length > 0 || leavesOfRefs.length === 0 ? [...leavesOfRefs, [path, print(others)]] : leavesOfRefs
}

/** The name is in the path; it is shown where there is nothing else. */
function withoutName(item: unknown, key: string): unknown {
  const rest = Object.entries(Object(item)).filter(([name]) => name !== key)
  return rest.length > 0 ? Object.fromEntries(rest) : item
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}

function print(value: unknown): string {
  return typeof value === 'string' || typeof value === 'bigint'
    ? String(value)
    : JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? `${item}` : item))
}

const LONGEST_SHOWN = 80

/** Generated secrets and whole patches are not shown: they may hold what must not be read. */
function shown(path: string, text: string | undefined): string | null {
  if (text === undefined) return null
  const isHidden = /^secretGenerator|^patches|\.patch$/.test(path) || text.length > LONGEST_SHOWN || text.includes('\n')
  return isHidden ? 'differs' : text
}

function fileDifferences(from: Side, to: Side): Difference[] {
  const names = [...new Set([...from.files.keys(), ...to.files.keys()])].sort()
  return names
    .filter((name) => from.files.get(name) !== to.files.get(name))
    .map((name) => ({
      path: from.patches.has(name) || to.patches.has(name) ? `patches[path=${name}]` : name,
      from: from.files.has(name) ? 'differs' : null,
      to: to.files.has(name) ? 'differs' : null,
    }))
}
