import { settledDigest, unstableFields } from '../../model/unstable-fields.ts'
import type { BuildFile } from './builder.ts'
import type { RenderContent } from './render-cache/packed-render.ts'

/** Functions of templates that give something else every time, or the same in another order. */
const FUNCTIONS =
  /\{\{[^}]*\b(?:gen(?:PrivateKey|CA|CAWithKey|SelfSignedCert|SelfSignedCertWithKey|SignedCert|SignedCertWithKey)|rand(?:Alpha|AlphaNum|Ascii|Numeric|Bytes|Int)|uuidv4|now|ago|htpasswd|bcrypt|encryptAES|shuffle|keys|values)\b/

/** Whether a chart among the files could render differently every time. Packed charts cannot be looked into. */
export function mayDiffer(files: readonly BuildFile[]): boolean {
  return files.some(({ path, content }) => path.endsWith('.tgz') || FUNCTIONS.test(content.toString('latin1')))
}

/** The first of two renders of the same files, with what differs in the second left out of the digest and named. */
export function settle(first: RenderContent, second: RenderContent): RenderContent {
  const unstable = unstableFields(first.manifests, second.manifests)
  if (unstable.length === 0) return first
  return { ...first, digest: settledDigest(first.manifests, unstable), unstable }
}
