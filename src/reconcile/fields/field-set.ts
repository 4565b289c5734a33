import { isJsonObject, type JsonObject } from '../../model/json.ts'

/** Field sets as managedFields write them (fieldsV1): a tree of steps, `{}` at its leaves, `.` for the value at a step itself. */
export type FieldSet = JsonObject

/** Everything that stands in either. */
export function unionOf(left: FieldSet, right: FieldSet): FieldSet {
  const union: Record<string, FieldSet> = {}
  for (const name of [...Object.keys(left), ...Object.keys(right)])
    union[name] = unionOf(partOf(left, name), partOf(right, name))
  return union
}

/** The set without what stands at these paths (steps as the set spells them), and without what is empty then. */
export function without(set: FieldSet, paths: readonly (readonly string[])[]): FieldSet {
  const here = new Set(paths.filter(({ length }) => length === 1).map(([name]) => name))
  const rest = Object.keys(set).filter((name) => !here.has(name))
  return Object.fromEntries(
    rest.flatMap((name): [string, FieldSet][] => {
      const part = partOf(set, name)
      const below = paths.filter(([first, ...more]) => first === name && more.length > 0).map((path) => path.slice(1))
      const left = below.length > 0 ? without(part, below) : part
      return below.length > 0 && Object.keys(left).length === 0 ? [] : [[name, left]]
    }),
  )
}

/** The part of the set at these paths. */
export function only(set: FieldSet, paths: readonly (readonly string[])[]): FieldSet {
  return paths.reduce<FieldSet>((all, path) => unionOf(all, branch(set, path)), {})
}

function branch(set: FieldSet, [name, ...rest]: readonly string[]): FieldSet {
  if (name === undefined) return set
  if (!(name in set)) return {}
  return { [name]: branch(partOf(set, name), rest) }
}

export function partOf(set: FieldSet, name: string): FieldSet {
  const part = set[name]
  return isJsonObject(part) ? part : {}
}
