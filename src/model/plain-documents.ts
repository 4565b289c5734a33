import type { Json } from './json.ts'
import { type Maker, readPlainYaml } from './plain-yaml.ts'

/** Documents nested deeper than this are not read. */
export const DEEPEST = 500

/** Reads the YAML that kustomize prints; undefined for what wants a complete reader. Every render of a preview goes through it. */
export function readPlainDocuments(text: string): { line: number; read(): Json }[] | undefined {
  return readPlainYaml(text, JSON_MAKER)?.map(({ line, value }) => ({ line, read: () => value }))
}

const JSON_MAKER: Maker<Json, Record<string, Json>> = {
  scalar: (value) => value,
  list: (items) => items,
  openMap: () => ({}),
  put(map, key, value) {
    if (Object.hasOwn(map, key)) return false
    map[key] = value
    return true
  },
  closeMap: (map) => map,
  nothing: () => null,
  comments: false,
  deepest: DEEPEST,
}
