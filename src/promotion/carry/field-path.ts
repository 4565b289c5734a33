import type { YamlPath } from '../edit/yaml-file.ts'

/** One step of a field path: a key of a map, or the member of a list whose `field` says `wanted`. */
export type FieldStep =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'member'; readonly field: string; readonly wanted: string }

/**
 * `configMapGenerator[name=features].literals`, `commonLabels[app.kubernetes.io/version]` (a key that holds dots),
 * `[path=/spec/replicas].value` (a member of a list at the top). The configuration's schema has checked the form.
 */
export function parseFieldPath(text: string): FieldStep[] {
  return [...text.matchAll(/\[([^\][]+)\]|([^.[\]]+)/g)].map(([, bracket, key = '']): FieldStep => {
    const [, field, wanted] = /^([A-Za-z]+)=(.*)$/.exec(bracket ?? '') ?? []
    if (field !== undefined && wanted !== undefined) return { kind: 'member', field, wanted }
    return { kind: 'key', key: bracket ?? key }
  })
}

/** The steps that lead somewhere in this value, and those that are left. */
export function followPath(root: unknown, steps: readonly FieldStep[]): { path: YamlPath; rest: readonly FieldStep[] } {
  const path: (string | number)[] = []
  let value: unknown = root
  for (const [depth, step] of steps.entries()) {
    const at = step.kind === 'key' ? ownKey(value, step.key) : memberIndex(value, step.field, step.wanted)
    if (at === undefined) return { path, rest: steps.slice(depth) }
    value = (value as Record<string | number, unknown>)[at]
    path.push(at)
  }
  return { path, rest: [] }
}

/** The whole path, when every step leads somewhere. */
export function resolvePath(root: unknown, fieldPath: string): YamlPath | undefined {
  const { path, rest } = followPath(root, parseFieldPath(fieldPath))
  return rest.length === 0 ? path : undefined
}

function ownKey(value: unknown, key: string): string | undefined {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isMap && Object.hasOwn(value, key) ? key : undefined
}

function memberIndex(value: unknown, field: string, wanted: string): number | undefined {
  const index = Array.isArray(value) ? value.findIndex((item) => String(Object(item)[field]) === wanted) : -1
  return index === -1 ? undefined : index
}
