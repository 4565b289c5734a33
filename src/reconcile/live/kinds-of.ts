import type { ResourceKind } from '../../model/cluster.ts'

/** `apps/Deployment`: the same for every version. */
export function kindId({ group, kind }: Pick<ResourceKind, 'group' | 'kind'>): string {
  return `${group}/${kind}`
}

/** Each group and kind once; the first version named wins. */
export function kindsOf(keys: Iterable<ResourceKind>): ResourceKind[] {
  const kinds = new Map<string, ResourceKind>()
  for (const { group, version, kind } of keys) {
    const id = kindId({ group, kind })
    if (!kinds.has(id)) kinds.set(id, { group, version, kind })
  }
  return [...kinds.values()]
}
