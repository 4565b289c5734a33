/** `state`, `data.items[0].value`; quoted keys in brackets for other names: `["a.b"]`. */
export const JSON_PATH = /^(?:[\w$-]+|\["[^"\]]+"\]|\[\d+\])(?:\.[\w$-]+|\["[^"\]]+"\]|\[\d+\])*$/

/** The value at a path that matches JSON_PATH; undefined where there is none. Only own keys count. */
export function valueAt(json: unknown, path: string): unknown {
  let value = json
  for (const [, key, quoted, index] of path.matchAll(/([\w$-]+)(?=\.|\[|$)|\["([^"\]]+)"\]|\[(\d+)\]/g)) {
    if (typeof value !== 'object' || value === null) return undefined
    const name = key ?? quoted ?? index ?? ''
    if ((index !== undefined) !== Array.isArray(value) || !Object.hasOwn(value, name)) return undefined
    value = (value as Record<string, unknown>)[name]
  }
  return value
}
