import { posix } from 'node:path'
import { LockstepError } from '../../model/errors.ts'
import { type Kustomization, type Sources, texts } from '../carry/kustomization-sources.ts'
import { documentValue, parseYamlFile } from '../edit/yaml-file.ts'

/** What `image:` of every container in the manifests says that these kustomizations list as resources. */
export async function workloadImages(sources: Sources, closure: readonly Kustomization[]): Promise<string[]> {
  const listed = closure.flatMap(({ directory, value }) =>
    texts(value.resources).map((path) => posix.join(directory, path)),
  )
  const contents = await sources.tree.read([...new Set(listed)].filter((path) => sources.entries.has(path)))
  return [...contents].flatMap(([file, content]) => imagesOfFile(content.toString(), file))
}

/** A manifest that cannot be read is the render's to tell: here it names no image. */
function imagesOfFile(text: string, file: string): string[] {
  try {
    const { documents } = parseYamlFile(text, file)
    return documents.flatMap((document) => imagesIn(documentValue(file, document)))
  } catch (error) {
    if (error instanceof LockstepError) return []
    throw error
  }
}

const CONTAINERS = ['containers', 'initContainers', 'ephemeralContainers']

function imagesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(imagesIn)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(CONTAINERS.includes(key) && Array.isArray(inner) ? inner.flatMap(imageOf) : []),
    ...imagesIn(inner),
  ])
}

function imageOf(container: unknown): string[] {
  const image: unknown = typeof container === 'object' && container !== null && 'image' in container && container.image
  return typeof image === 'string' ? [image] : []
}
