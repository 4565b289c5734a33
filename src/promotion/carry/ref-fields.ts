import type { CarriedField } from './carried-field.ts'
import { type Kustomization, texts } from './kustomization-sources.ts'
import { scalarField } from './scalar-field.ts'

/** Lists of a kustomization that may hold addresses. */
export const REF_LISTS: readonly string[] = ['resources', 'bases', 'components']

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
  return REF_LISTS.flatMap((list) =>
    texts(kustomization.value[list]).flatMap((_, i) =>
      refField(kustomization, list, indexOfText(kustomization, list, i)),
    ),
  )
}

function refField(kustomization: Kustomization, list: string, index: number): CarriedField[] {
  return scalarField(kustomization, '', [list, index]).flatMap((field) => {
    const found = refIn(String(field.value))
    if (!found) return []
    const { form, address, ref, around } = found
    const like = `${form} ${repositoryOf(address)}@${seriesOf(ref)}`
    return { ...field, id: refPath(list, address), value: ref, like, around }
  })
}

interface Ref {
  /** Which of the ways to write an address it is. */
  readonly form: number
  /** Without the version. */
  readonly address: string
  readonly ref: string
  readonly around: readonly [string, string]
}

/** The version in an address, where it has one. */
export function refIn(text: string): Ref | undefined {
  const form = ADDRESSES.findIndex((pattern) => pattern.test(text))
  const [, before = '', ref, after = ''] = ADDRESSES[form]?.exec(text) ?? []
  if (ref === undefined) return undefined
  return { form, address: `${before}${after}`.replace(/[?&](?:ref|version)=/, ''), ref, around: [before, after] }
}

/** `resources[https://github.com/acme/bases//web].ref`, as plans show it. */
export function refPath(list: string, address: string): string {
  return `${list}[${address}].ref`
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
