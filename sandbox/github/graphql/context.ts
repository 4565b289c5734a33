import type { Actor } from '../http/caller.ts'
import type { World } from '../world.ts'

export interface GraphqlContext {
  readonly world: World
  readonly caller: Actor
}

/** What a resolver throws: the error's `type` stands beside its message, at the top level. */
export class GraphqlRefusal extends Error {
  readonly type: string

  constructor(type: string, message: string) {
    super(message)
    this.type = type
  }
}
