import { hash } from 'node:crypto'
import { type JsonObject, parseJson, printJson } from '../../../model/json.ts'
import type { Manifest } from '../../../model/manifest.ts'
import { manifestOf } from '../../../model/parse-manifests.ts'
import type { Render } from '../../../model/renderer.ts'
import type { UnstableField } from '../../../model/unstable-fields.ts'

/** What of a render depends on content alone. */
export type RenderContent = Pick<Render, 'text' | 'manifests' | 'digest' | 'unstable'>

/** Raised whenever packing, or what parseManifests or renderDigest makes of the same text, changes: older entries are then never asked for. */
export const PACKED_FORMAT = 3

/**
 * A render as one piece of bytes, exact to the last digit: `<checksum> <digest> <bytes of JSON> <what is unstable, as JSON>\n`, the
 * objects as JSON, kustomize's text. The checksum (SHA-256, hex) is that of everything after it.
 */
export function packRender({ text, manifests, digest, unstable = [] }: RenderContent): Buffer {
  const json = Buffer.from(printJson(manifests.map(({ body }) => body)))
  const rest = Buffer.concat([
    Buffer.from(` ${digest} ${json.length} ${JSON.stringify(unstable)}\n`),
    json,
    Buffer.from(text),
  ])
  return Buffer.concat([Buffer.from(hash('sha256', rest)), rest])
}

/** Whether these are the bytes that were packed: nothing missing, nothing else. */
export function isIntact(packed: Buffer): boolean {
  return (
    packed.length > CHECKSUM && hash('sha256', packed.subarray(CHECKSUM)) === packed.toString('latin1', 0, CHECKSUM)
  )
}

/** Of intact bytes only. Text and objects are read when first asked for: mostly the digest is all that is needed. */
export function unpackRender(packed: Buffer): RenderContent {
  const headerEnd = packed.indexOf('\n')
  const [, , digest = '', length = '', places = '[]'] = HEADER.exec(packed.toString('utf8', 0, headerEnd)) ?? []
  const unstable = JSON.parse(places) as UnstableField[]
  const jsonEnd = headerEnd + 1 + Number(length)
  let text: string | undefined
  let manifests: readonly Manifest[] | undefined
  return {
    digest,
    ...(unstable.length > 0 && { unstable }),
    get text() {
      text ??= packed.toString('utf8', jsonEnd)
      return text
    },
    get manifests() {
      manifests ??= readManifests(packed.toString('utf8', headerEnd + 1, jsonEnd))
      return manifests
    },
  }
}

const CHECKSUM = 64
const HEADER = /^(\S+) (\S+) (\d+) (.*)$/

function readManifests(json: string): Manifest[] {
  return (parseJson(json) as readonly JsonObject[]).map(manifestOf)
}
