import { isJsonObject, type Json } from '../../model/json.ts'
import { type PathStep, stepInto } from './managed-path.ts'

/** The tokens of a JSON pointer (RFC 6901). */
export type Pointer = readonly string[]

/** `*` stands for any one key or index. */
export function parsePointer(text: string): Pointer {
  const tokens = text.split('/').slice(1)
  return tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** True when `pointer` leads to the field, or to something it is a part of. */
export function holds(pointer: Pointer, field: Pointer): boolean {
  return pointer.length <= field.length && pointer.every((token, index) => token === '*' || token === field[index])
}

/** Steps as a pointer writes them, list items by their place in this object; it ends where the object does. */
export function pointerOf(steps: readonly PathStep[], object: Json): Pointer {
  const tokens: string[] = []
  let value: Json | undefined = object
  for (const step of steps) {
    const part: Json | undefined = value === undefined ? undefined : stepInto(value, step)
    if ('field' in step) tokens.push(step.field)
    else if (Array.isArray(value) && part !== undefined) tokens.push(String(value.indexOf(part)))
    else break
    value = isJsonObject(part) || Array.isArray(part) ? part : undefined
  }
  return tokens
}
