import { type Document, isMap, isScalar, isSeq, type Node } from 'yaml'
import type { ValuePlace } from '../edit/edit.ts'
import { findNode, parseYamlFile, scalarText, type YamlFile, type YamlPath } from '../edit/yaml-file.ts'
import type { CarriedField } from './carried-field.ts'
import type { Kustomization } from './kustomization-sources.ts'
import { type PatchFile, patchEntries, targetOf, textOf } from './patch-files.ts'

/** `image:` of every container in the patches written inside the kustomization file. */
export function readInlinePatches({ yaml, file, directory, value }: Kustomization): CarriedField[] {
  return patchEntries(value).flatMap(({ item, path }) => {
    const at = typeof item === 'string' ? path : [...path, 'patch']
    const text = typeof item === 'string' ? item : textOf(item, 'patch')
    if (!text?.includes('image')) return []
    const [outer] = yaml.documents
    const start = outer ? yaml.lineAt(findNode(outer, at)?.node?.range?.[0] ?? 0) : 1
    const inner = parseYamlFile(text, file)
    return imagesIn(inner, targetOf(item).target).map(({ id, value: image, place, line }) => ({
      id,
      value: image,
      file,
      line: start + line,
      directory,
      place: { document: 0, path: at, inline: place },
    }))
  })
}

/** `image:` of every container in a file of patches. */
export function readPatchFile(directory: string, { path, target }: PatchFile, text: string): CarriedField[] {
  return imagesIn(parseYamlFile(text, path), target).map((image) => ({ ...image, file: path, directory }))
}

type PatchImage = Pick<CarriedField, 'id' | 'line'> & { readonly value: string; readonly place: ValuePlace }

function imagesIn(yaml: YamlFile, target: string | undefined): PatchImage[] {
  return yaml.documents.flatMap((document, index) => {
    const paths = isSeq(document.contents)
      ? operationImages(document, target)
      : containerImages(document.contents as Node | null, [], `patches[${objectOf(document, target)}]`)
    return paths.flatMap(({ id, path }) => {
      const node = findNode(document, path)?.node ?? null
      const value = scalarText(document, node)
      if (value === undefined) return []
      return { id, value, line: yaml.lineAt(node?.range?.[0] ?? 0), place: { document: index, path } }
    })
  })
}

interface Place {
  readonly id: string
  readonly path: YamlPath
}

/** A strategic merge patch: containers are list members with a name and an image. */
function containerImages(node: Node | null, path: YamlPath, id: string): Place[] {
  if (isSeq(node))
    return node.items.flatMap((item, i) => {
      const name = isMap(item) ? item.get('name') : undefined
      const at = [...path, i]
      return [...containerImage(item, at, id), ...containerImages(item as Node, at, `${id}[name=${String(name)}]`)]
    })
  if (!isMap(node)) return []
  return node.items.flatMap(({ key, value }) => {
    const name = isScalar(key) ? String(key.value) : ''
    return containerImages(value as Node | null, [...path, name], `${id}.${name}`)
  })
}

/** A JSON patch: operations whose path ends in `/image` and that carry a text, and those that add or replace containers. */
function operationImages(document: Document, target = 'object'): Place[] {
  if (!isSeq(document.contents)) return []
  return document.contents.items.flatMap((item, i) => {
    const value = isMap(item) ? (item.get('value', true) as Node | undefined) : undefined
    const path = isMap(item) ? String(item.get('path') ?? '') : ''
    const id = `patches[${target}]${path.replaceAll('/', '.')}`
    const at = [i, 'value']
    if (isScalar(value)) return path.endsWith('/image') ? [{ id, path: at }] : []
    return [...containerImage(value, at, id), ...containerImages(value ?? null, at, id)]
  })
}

/** A container by itself: what has a name and an image. */
function containerImage(node: unknown, path: YamlPath, id: string): Place[] {
  const name = isMap(node) ? node.get('name') : undefined
  if (name === undefined || !isMap(node) || !isScalar(node.get('image', true))) return []
  return [{ id: `${id}[name=${String(name)}].image`, path: [...path, 'image'] }]
}

/** `Deployment/checkout`, as the patch or else its target says. */
export function objectOf(document: Document, target = 'object'): string {
  const text = (path: YamlPath) => scalarText(document, findNode(document, path)?.node ?? null)
  const kind = text(['kind'])
  const name = text(['metadata', 'name'])
  return kind && name ? `${kind}/${name}` : target
}
