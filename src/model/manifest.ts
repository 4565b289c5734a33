import type { JsonObject } from './json.ts'
import type { ResourceKey } from './resource-key.ts'

/** One object of a render. */
export interface Manifest {
  readonly key: ResourceKey
  readonly body: JsonObject
}
