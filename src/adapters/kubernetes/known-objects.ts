import type { LiveObject, WatchEvent } from '../../model/cluster.ts'
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts'

type Change = Extract<WatchEvent, { object: LiveObject }>

/** What a watch has told so far, so that after a gap the difference can be told. Keeps identities only, not whole objects. */
export class KnownObjects {
  readonly #identities = new Map<string, JsonObject>()

  constructor(items: readonly LiveObject[] = []) {
    for (const item of items) this.#remember(item)
  }

  /** Takes in a change as the server told it. */
  take({ type, object }: Change): void {
    if (type === 'DELETED') this.#identities.delete(keyText(object))
    else this.#remember(object)
  }

  /** What changed between what is known and a fresh list, which becomes what is known. A DELETED carries the identity alone. */
  replace(items: readonly LiveObject[]): Change[] {
    const before = new Map(this.#identities)
    this.#identities.clear()
    const told = items.flatMap((object) => {
      const known = before.get(keyText(object))
      before.delete(keyText(object))
      this.#remember(object)
      return changesBetween(known, object)
    })
    return [...[...before.values()].map((object): Change => ({ type: 'DELETED', object })), ...told]
  }

  #remember(object: LiveObject): void {
    const { apiVersion, kind } = object
    const { name, namespace, uid, resourceVersion, labels } = metadata(object)
    this.#identities.set(keyText(object), {
      apiVersion,
      kind,
      metadata: { name, namespace, uid, resourceVersion, labels },
    })
  }
}

function changesBetween(known: JsonObject | undefined, object: LiveObject): Change[] {
  if (!known) return [{ type: 'ADDED', object }]
  if (metadata(known).uid !== metadata(object).uid) {
    return [
      { type: 'DELETED', object: known },
      { type: 'ADDED', object },
    ]
  }
  return metadata(known).resourceVersion === metadata(object).resourceVersion ? [] : [{ type: 'MODIFIED', object }]
}

function keyText(object: LiveObject): string {
  const { name, namespace } = metadata(object)
  return `${namespace ?? ''}/${name}`
}

function metadata(object: JsonObject): Readonly<Record<string, Json | undefined>> {
  return isJsonObject(object.metadata) ? object.metadata : {}
}
