import { type LocatedMember, type LocatedValue, type Place, parseLocatedYaml } from '../../model/located-yaml.ts'

/** One value somewhere in a source file, with the key it stands under. */
export interface SourceNode {
  readonly value: LocatedValue
  readonly member?: LocatedMember
  /** In the file, also for what is written in place as a text of YAML. */
  readonly place: Place
  /** In the file: where the key stands. */
  readonly keyPlace?: Place
  /** Its map has had this key before. */
  readonly repeated?: boolean
  /** A whole document, of the file or of such a text. */
  readonly root: boolean
}

/** Every value of a file, outer ones first; YAML written in place as a text is looked into. Nothing for what cannot be read. */
export function* sourceNodes(text: string): Generator<SourceNode> {
  const lines = text.split('\n')
  for (const document of readable(text)) yield* nodesOf(document, (place) => place, lines)
}

type Shift = (place: Place) => Place

function* nodesOf(value: LocatedValue, shift: Shift, lines: readonly string[]): Generator<SourceNode> {
  yield { value, place: shift(value.place), root: true }
  yield* below(value, shift, lines)
}

function* below(value: LocatedValue, shift: Shift, lines: readonly string[]): Generator<SourceNode> {
  if (value.kind === 'scalar') return yield* written(value, shift, lines)
  const seen = new Set<string>()
  for (const part of value.kind === 'map' ? value.members : value.items) {
    const inner = 'key' in part ? part.value : part
    const key = 'key' in part ? { member: part, keyPlace: shift(part.place), repeated: seen.has(part.key) } : {}
    if ('key' in part) seen.add(part.key)
    yield { value: inner, place: shift(inner.place), root: false, ...key }
    yield* below(inner, shift, lines)
  }
}

/** Patches and plugins in place. Below a `|` the lines are those of the file; elsewhere all of it stands at its beginning. */
function* written(
  { value, place }: LocatedValue & { readonly kind: 'scalar' },
  shift: Shift,
  lines: readonly string[],
): Generator<SourceNode> {
  if (typeof value !== 'string' || !/^\s*[[{]|\n/.test(value)) return
  const at = shift(place)
  const isBlock = /^[|>]/.test(lines[at.line - 1]?.slice(at.column - 1) ?? '')
  const inPlace: Shift = ({ line }) => (isBlock ? { line: at.line + line, column: 1 } : at)
  for (const document of readable(value)) yield* nodesOf(document, inPlace, [])
}

function readable(text: string): LocatedValue[] {
  try {
    return parseLocatedYaml(text)
  } catch {
    return []
  }
}
