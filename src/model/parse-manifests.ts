import { hash } from 'node:crypto'
import { LockstepError, type Problem } from './errors.ts'
import { isJsonObject, type Json, type JsonObject } from './json.ts'
import type { Manifest } from './manifest.ts'
import { objectHash } from './object-hash.ts'
import { readPlainDocuments } from './plain-documents.ts'
import { type ResourceKey, resourceId, resourceLabel } from './resource-key.ts'
import { readDocuments } from './yaml-documents.ts'

/**
 * Objects of a kustomize build, with the values that the API server would read. Lists are flattened, empty documents left out.
 * Refuses (every problem at once) what kustomize never prints and no server takes: anchors, documents without apiVersion, kind or
 * name, the same object twice. Lines are those of the render.
 */
export function parseManifests(text: string): Manifest[] {
  const problems: Problem[] = []
  const attempt = <T>(read: () => T[]): T[] => {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof LockstepError)) throw error
      problems.push(...error.problems)
      return []
    }
  }
  const documents = readPlainDocuments(text) ?? readDocuments(text)
  const manifests = documents.flatMap(({ read, line }) =>
    attempt(() => flatten(read()).map((body) => toManifest(body, line))),
  )
  problems.push(...duplicates(manifests))
  if (problems.length > 0) throw new LockstepError(problems)
  return manifests
}

/** SHA-256 (hex) of the objects; their order and that of their keys does not count. */
export function renderDigest(manifests: readonly Manifest[]): string {
  const hashes = manifests.map(({ body }) => objectHash(body))
  return hash('sha256', hashes.sort().join('\n'))
}

/** An object whose shape is known to be right, e.g. one that was parsed before and stored since. */
export function manifestOf(body: JsonObject): Manifest {
  return toManifest(body, 1)
}

/** As kubectl does: whatever has `items` and a kind that ends in `List` stands for its items. */
function flatten(body: Json): Json[] {
  if (body === null) return []
  if (!isJsonObject(body) || !String(body.kind).endsWith('List') || !Array.isArray(body.items)) return [body]
  return (body.items as readonly Json[]).flatMap(flatten)
}

function toManifest(body: Json, line: number): Manifest {
  if (!isJsonObject(body)) throw new LockstepError(shapeProblem('is not an object', line))
  const key = resourceKey(body, line)
  return { key, body }
}

function resourceKey(body: JsonObject, line: number): ResourceKey {
  const metadata = isJsonObject(body.metadata) ? body.metadata : {}
  const kind = requireText(body.kind, 'kind', body, line)
  const name = requireText(metadata.name, 'metadata.name', body, line)
  const [, group = '', version = ''] =
    /^(?:(.*)\/)?(.*)$/s.exec(requireText(body.apiVersion, 'apiVersion', body, line)) ?? []
  const namespace = typeof metadata.namespace === 'string' && metadata.namespace ? metadata.namespace : undefined
  return { group, version, kind, ...(namespace && { namespace }), name }
}

function requireText(value: Json | undefined, field: string, body: JsonObject, line: number): string {
  if (typeof value === 'string' && value !== '') return value
  const missing = value === undefined || value === null || value === ''
  throw new LockstepError(
    shapeProblem(missing ? `has no ${field}` : `has a ${field} that is not text`, line, body.kind),
  )
}

function duplicates(manifests: readonly Manifest[]): Problem[] {
  const seen = new Set<string>()
  return manifests.flatMap(({ key }) => {
    const id = resourceId(key)
    if (seen.has(id)) return [duplicateProblem(key)]
    seen.add(id)
    return []
  })
}

function duplicateProblem(key: ResourceKey): Problem {
  return {
    code: 'MANIFEST_DUPLICATE',
    message: `The render holds ${resourceLabel(key)}${key.namespace ? ` in ${key.namespace}` : ''} more than once.`,
    object: resourceLabel(key),
    remedy: 'Keep one of them, or give them different names or namespaces.',
  }
}

function shapeProblem(what: string, line: number, kind?: Json): Problem {
  return {
    code: 'MANIFEST_INCOMPLETE',
    message: `An object at line ${line} of the render ${what}.`,
    ...(typeof kind === 'string' && { object: kind }),
    remedy: 'Give every object an apiVersion, a kind and a metadata.name; generateName cannot be kept in step.',
  }
}
