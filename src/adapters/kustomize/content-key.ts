import { createHash } from 'node:crypto'
import type { Tree } from '../../model/tree.ts'
import { PACKED_FORMAT } from './render-cache/packed-render.ts'

export interface ContentKeyParts {
  readonly tree: Tree
  readonly overlay: string
  /** Sorted. */
  readonly inputs: readonly string[]
  /** The builder's. */
  readonly version: string
  /** Whatever else changes what is built, e.g. `charts`. */
  readonly flags: readonly string[]
}

/** SHA-256 (hex) of everything a render depends on: equal keys mean equal renders. */
export async function contentKey({ tree, overlay, inputs, version, flags }: ContentKeyParts): Promise<string> {
  const entries = await tree.entries()
  const hash = createHash('sha256').update(`${PACKED_FORMAT}\0${version}\0${flags.join(' ')}\0${overlay}\0`)
  for (const path of inputs) {
    const entry = entries.get(path)
    hash.update(`${entry?.mode} ${entry?.id} ${path}\0`)
  }
  return hash.digest('hex')
}
