import type { CarriedField } from './carried-field.ts'
import { type Kustomization, texts } from './kustomization-sources.ts'
import { scalarField } from './scalar-field.ts'

/** What stands before the version in an address, the version, and what stands behind it: of remote bases, of files, of files of a release. */
const ADDRESSES = [
  /^(.*[?&](?:ref|version)=)([^&#]*)(.*)$/,
  /^(https:\/\/raw\.githubusercontent\.com\/[^/]+\/[^/]+\/(?:refs\/(?:heads|tags)\/)?)([^/]+)(\/.+)$/,
  /^(https:\/\/[^/]+\/[^/]+\/[^/]+\/releases\/download\/)([^/]+)(\/.+)$/,
]

/**
 * The `?ref=` of remote bases, and the version in addresses of files of GitHub; two overlays mean the same base when everything but the ref
 * is equal, and the same version when they take different directories of one repository.
 */
export function readRefs(kustomization: Kustomization): CarriedField[] {
  return ['resources', 'bases', 'components'].flatMap((list) =>
    texts(kustomization.value[list]).flatMap((_, i) =>
      refField(kustomization, list, indexOfText(kustomization, list, i)),
    ),
  )
}

function refField(kustomization: Kustomization, list: string, index: number): CarriedField[] {
  return scalarField(kustomization, '', [list, index]).flatMap((field) => {
    const form = ADDRESSES.findIndex((pattern) => pattern.test(String(field.value)))
    const [, before = '', ref, after = ''] = ADDRESSES[form]?.exec(String(field.value)) ?? []
    if (ref === undefined) return []
    const address = `${before}${after}`.replace(/[?&](?:ref|version)=/, '')
    const id = `${list}[${address}].ref`
    return {
      ...field,
      id,
      value: ref,
      like: `${form} ${repositoryOf(address)}@${seriesOf(ref)}`,
      around: [before, after] as const,
    }
  })
}

/** Host, owner and name; a `//` says where the name ends. */
function repositoryOf(address: string): string {
  const [before = ''] = address.replace(/^[a-z+]+:\/\//, '').split('//')
  return before === ''
    ? address
    : before
        .split('/')
        .slice(0, 3)
        .join('/')
        .replace(/\.git$/, '')
}

/** `api/` of `api/v1.2`: a repository may count the versions of its parts apart. */
function seriesOf(ref: string): string {
  return ref.slice(0, ref.lastIndexOf('/') + 1)
}

/** Index in the list of the n-th entry that is a text. */
function indexOfText({ value }: Kustomization, list: string, n: number): number {
  const items = value[list] as readonly unknown[]
  return items.flatMap((item, index) => (typeof item === 'string' ? [index] : []))[n] ?? -1
}
