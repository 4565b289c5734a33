import { posix } from 'node:path'
import { KUSTOMIZATION_NAMES, parseKustomization } from '../../model/kustomization/parse-kustomization.ts'
import { itemsOf, valuesOf } from '../../model/kustomization/references.ts'
import { type LocatedValue, type Place, parseLocatedYaml, YamlFault } from '../../model/located-yaml.ts'
import type { Clue } from './error-clues.ts'
import type { Trail } from './error-trail.ts'
import { type SourceNode, sourceNodes } from './source-nodes.ts'

export interface SourcePlace {
  readonly file: string
  readonly place: Place
  /** e.g. `Deployment/web`. */
  readonly object?: string
}

/** Larger files are not looked into for a place. */
const MAX_CHARACTERS = 1024 * 1024

/** Looks for clues in a build's files, from where it failed: the kustomization at work, what it names, then all the rest. */
export class SourceSearch {
  readonly #files: ReadonlyMap<string, string>
  readonly #trail: Trail

  /** `files` by path, as the repository has them. */
  constructor(files: ReadonlyMap<string, string>, trail: Trail) {
    this.#files = files
    this.#trail = trail
  }

  find(clue: Clue): SourcePlace | undefined {
    switch (clue.find) {
      case 'entry':
        return this.#entry()
      case 'fault':
        return this.#fault(clue.file, clue.line)
      case 'start':
        return this.#existing(clue.file)
      case 'unnamed':
        return this.#inEntry().find(({ node }) => node.root && isUnnamed(node.value))?.found
      case 'duplicate':
        return named(clue, this.#inEntry().findLast(({ node }) => isObject(node.value, clue))?.found)
      case 'object':
        return named(
          clue,
          this.#first((node) => isObject(node.value, clue)),
        )
      default:
        return this.#first((node) => matches(node, clue))
    }
  }

  /** The kustomization at work. */
  kustomization(): string | undefined {
    const { directory } = this.#trail
    return KUSTOMIZATION_NAMES.map((name) => posix.join(directory, name)).find((path) => this.#files.has(path))
  }

  #entry(): SourcePlace | undefined {
    const { entry } = this.#trail
    const file = this.kustomization()
    if (file === undefined || entry === undefined) return undefined
    return first(this.#nodes(file), ({ value }) => value.kind === 'scalar' && isSamePath(value.value, entry))
  }

  #inEntry(): Found[] {
    const { directory, entry = '' } = this.#trail
    return this.#nodes(posix.join(directory, entry))
  }

  /** Go's reader names the line before some faults, ours the one where a wrong value begins: the later is the telling one. */
  #fault(name: string, theirs = 0): SourcePlace | undefined {
    const found = this.#existing(name)
    const text = found && this.#files.get(found.file)
    if (!found || text === undefined || text.length > MAX_CHARACTERS) return undefined
    try {
      parseLocatedYaml(text)
      return undefined
    } catch (error) {
      if (!(error instanceof YamlFault)) throw error
      const isOne = !/^---/m.test(text)
      const place = isOne && theirs > error.place.line ? { line: theirs, column: 1 } : error.place
      return { file: found.file, place: inside(text, place) }
    }
  }

  #existing(name: string): SourcePlace | undefined {
    const file = posix.join(this.#trail.directory, name)
    return this.#files.has(file) ? { file, place: { line: 1, column: 1 } } : undefined
  }

  #first(matching: (node: SourceNode) => boolean): SourcePlace | undefined {
    for (const file of this.#inOrder()) {
      const found = first(this.#nodes(file), matching)
      if (found) return found
    }
    return undefined
  }

  #inOrder(): Set<string> {
    const file = this.kustomization()
    if (file === undefined) return new Set(this.#files.keys())
    const { references } = parseKustomization(Buffer.from(this.#files.get(file) ?? ''))
    const near = references.map(({ text }) => posix.join(this.#trail.directory, text))
    return new Set([file, ...near.filter((path) => this.#files.has(path)), ...this.#files.keys()])
  }

  #nodes(file: string): Found[] {
    const text = this.#files.get(file) ?? ''
    if (text.length > MAX_CHARACTERS) return []
    return [...sourceNodes(text)].map((node) => ({ node, found: { file, place: node.place } }))
  }
}

interface Found {
  readonly node: SourceNode
  readonly found: SourcePlace
}

function first(nodes: readonly Found[], matching: (node: SourceNode) => boolean): SourcePlace | undefined {
  const hit = nodes.find(({ node }) => matching(node))
  return hit && { ...hit.found, place: hit.node.keyPlace ?? hit.node.place }
}

/** What ends too early is found missing behind the last line. */
function inside(text: string, place: Place): Place {
  const lines = text.trimEnd().split('\n').length
  return place.line > lines ? { line: lines, column: 1 } : place
}

function matches({ value, member, repeated }: SourceNode, clue: Clue): boolean {
  if (clue.find === 'text') return value.kind === 'scalar' && String(value.value) === clue.value
  if (clue.find === 'repeated') return repeated === true && member?.key === clue.value
  if (clue.find !== 'key' || member?.key !== clue.value) return false
  if (clue.type === undefined) return true
  return clue.items ? itemsOf(value).some((item) => isOfType(item, clue.type)) : isOfType(value, clue.type)
}

/** In the words of Go's JSON reader. */
function isOfType(value: LocatedValue, type: string | undefined): boolean {
  if (value.kind === 'list') return type === 'array'
  if (value.kind === 'map') return type === 'object'
  return value.value !== null && type === (typeof value.value === 'boolean' ? 'bool' : typeof value.value)
}

function isUnnamed(document: LocatedValue): boolean {
  if (document.kind !== 'map') return document.kind === 'list' || document.value !== null
  return textOf(document, 'kind') === undefined || nameOf(document) === undefined
}

function isObject(value: LocatedValue, { kind, name }: { readonly kind: string; readonly name: string }): boolean {
  return textOf(value, 'kind') === kind && nameOf(value) === name
}

function nameOf(object: LocatedValue): string | undefined {
  return valuesOf(object, 'metadata').flatMap((metadata) => textOf(metadata, 'name') ?? [])[0]
}

function textOf(map: LocatedValue, name: string): string | undefined {
  const [value] = valuesOf(map, name)
  return value?.kind === 'scalar' && value.value !== null ? String(value.value) : undefined
}

function isSamePath(value: unknown, entry: string): boolean {
  return typeof value === 'string' && posix.normalize(value).replace(/\/$/, '') === posix.normalize(entry)
}

function named(clue: { readonly kind: string; readonly name: string }, found: SourcePlace | undefined) {
  return found && { ...found, object: `${clue.kind}/${clue.name}` }
}
