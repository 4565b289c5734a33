import { posix } from 'node:path'
import type { CarryRule } from '../../config/repository-config.ts'
import type { Overlay } from '../../model/target.ts'
import type { FileMatch } from './carry-files.ts'
import { parseFieldPath } from './field-path.ts'
import type { Kustomization, Sources } from './kustomization-sources.ts'

const GENERATORS = ['configMapGenerator', 'secretGenerator'] as const
const FILE_FIELDS = ['files', 'envs', 'env'] as const

/** Files below the overlay whose text becomes part of a generated object: what they say counts byte for byte. */
export function generatorContents(closure: readonly Kustomization[]): Set<string> {
  return new Set(
    closure.flatMap((each) =>
      GENERATORS.flatMap((generator) => entriesOf(each, generator).flatMap((entry) => filesOf(each, entry))),
    ),
  )
}

/**
 * Where a rule carries a generator, or which files it reads, the files move with it: those below the overlay, which the target has its
 * own of.
 */
export function carriedContents(
  sources: Sources,
  overlay: Overlay,
  closure: readonly Kustomization[],
  { path }: Extract<CarryRule, { kind: 'path' }>,
): FileMatch {
  const [first, member, field, ...rest] = parseFieldPath(path)
  const generator = GENERATORS.find((name) => first?.kind === 'key' && first.key === name)
  const fields = field === undefined ? FILE_FIELDS : FILE_FIELDS.filter((name) => isKey(field, name))
  const isNamed = (entry: object) =>
    member?.kind !== 'member' || String((entry as Record<string, unknown>)[member.field]) === member.wanted
  const paths = closure.flatMap((each) =>
    generator && rest.length === 0
      ? entriesOf(each, generator)
          .filter(isNamed)
          .flatMap((entry) => filesOf(each, entry, fields))
      : [],
  )
  const below = paths.filter((each) => each.startsWith(`${overlay.path}/`))
  const found = below.flatMap((each) => sources.entries.get(each) ?? [])
  return {
    rule: path,
    isMany: false,
    files: new Map(found.map((each) => [posix.relative(overlay.path, each.path), each])),
  }
}

function isKey(step: ReturnType<typeof parseFieldPath>[number], name: string): boolean {
  return step.kind === 'key' && step.key === name
}

function entriesOf({ value }: Kustomization, generator: string): object[] {
  const list = value[generator]
  return Array.isArray(list) ? list.filter((item) => typeof item === 'object' && item !== null) : []
}

/** `app.properties`, or `key=app.properties`. */
function filesOf(
  { directory }: Kustomization,
  entry: object,
  fields: readonly (typeof FILE_FIELDS)[number][] = FILE_FIELDS,
): string[] {
  const named: unknown[] = fields.flatMap((field) => (entry as Record<string, unknown>)[field] ?? [])
  return named
    .filter((item) => typeof item === 'string')
    .map((item) => posix.join(directory, item.slice(item.indexOf('=') + 1)))
}
