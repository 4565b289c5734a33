import type { Edit } from './edit.ts'
import type { YamlPath } from './yaml-file.ts'

type Holder = Record<string | number, unknown>

/** What a document must say after the edit, given what it said before. Inline values are the caller's business. */
export function expectedValue(root: unknown, edit: Edit): unknown {
  const { path } = edit.place
  switch (edit.kind) {
    case 'set':
      return withChange(root, path, () => edit.value)
    case 'set-list':
      return withChange(root, path, () => edit.items)
    case 'put':
      return withChange(root, path, () => edit.fragment.value)
    case 'add-key':
      return withChange(root, path, (map) => ({ ...(map as Holder), [edit.key]: addedValue(edit.value) }))
    case 'remove-key':
      return withChange(root, path, (map) => withoutKey(map as Holder, edit.key))
    case 'add-item':
      return withChange(root, path, (list) => [...itemsOf(list), edit.item])
    case 'put-item':
      return withChange(root, path, (list) => [...itemsOf(list), edit.fragment.value])
    case 'remove-item':
      return withoutItem(root, path)
  }
}

/** `root` with the value at the path replaced; nothing is changed in place. */
export function withChange(root: unknown, path: YamlPath, update: (value: unknown) => unknown): unknown {
  const [step, ...rest] = path
  if (step === undefined) return update(root)
  if (Array.isArray(root)) return root.map((item, i) => (i === step ? withChange(item, rest, update) : item))
  const map = (root ?? {}) as Holder
  return { ...map, [step]: withChange(map[step], rest, update) }
}

function addedValue(value: Extract<Edit, { kind: 'add-key' }>['value']): unknown {
  return typeof value === 'string' ? value : value.value
}

function itemsOf(list: unknown): unknown[] {
  return (list as unknown[] | null | undefined) ?? []
}

function withoutItem(root: unknown, path: YamlPath): unknown {
  const index = path.at(-1)
  const listPath = path.slice(0, -1)
  const shrunk = withChange(root, listPath, (list) => (list as unknown[]).filter((_, i) => i !== index))
  const isEmpty = (valueAt(shrunk, listPath) as unknown[]).length === 0
  if (!isEmpty) return shrunk
  return withChange(shrunk, listPath.slice(0, -1), (map) => withoutKey(map as Holder, String(listPath.at(-1))))
}

function valueAt(root: unknown, path: YamlPath): unknown {
  return path.reduce<unknown>((value, step) => (value as Holder | null)?.[step], root)
}

function withoutKey(map: Holder, key: string): Holder {
  return Object.fromEntries(Object.entries(map).filter(([name]) => name !== key))
}
