import { createHash } from 'node:crypto'
import type { RenderContent } from '../../src/adapters/kustomize/render-cache/packed-render.ts'
import { manifestOf, renderDigest } from '../../src/model/parse-manifests.ts'

/** A content key. */
export function keyOf(n: number): string {
  return createHash('sha256').update(String(n)).digest('hex')
}

/** The same render for the same numbers; its text takes `bytes`. */
export function sampleRender(n: number, bytes = 100): RenderContent {
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `settings-${n}` }, data: { key: 'value' } }
  const manifests = [manifestOf(body)]
  return { text: `${n} `.padEnd(bytes, 'x'), manifests, digest: renderDigest(manifests) }
}
