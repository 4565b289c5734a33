import type { CarriedField } from './carried-field.ts'
import { type Kustomization, texts } from './kustomization-sources.ts'
import { scalarField } from './scalar-field.ts'

const REF = /^(.*[?&](?:ref|version)=)([^&#]*)(.*)$/

/** The `?ref=` of remote bases; two overlays mean the same base when everything but the ref is equal. */
export function readRefs(kustomization: Kustomization): CarriedField[] {
  return ['resources', 'bases', 'components'].flatMap((list) =>
    texts(kustomization.value[list]).flatMap((_, i) =>
      refField(kustomization, list, indexOfText(kustomization, list, i)),
    ),
  )
}

function refField(kustomization: Kustomization, list: string, index: number): CarriedField[] {
  return scalarField(kustomization, '', [list, index]).flatMap((field) => {
    const [, before = '', ref, after = ''] = REF.exec(String(field.value)) ?? []
    if (ref === undefined) return []
    const address = `${before}${after}`.replace(/[?&](?:ref|version)=/, '')
    return { ...field, id: `${list}[${address}].ref`, value: ref, around: [before, after] as const }
  })
}

/** Index in the list of the n-th entry that is a text. */
function indexOfText({ value }: Kustomization, list: string, n: number): number {
  const items = value[list] as readonly unknown[]
  return items.flatMap((item, index) => (typeof item === 'string' ? [index] : []))[n] ?? -1
}
