/**
 * True for everything that kustomize could take for an address on the network: URLs of any scheme, `git::…`, `user@host:…`,
 * `github.com/…`. Says yes in doubt.
 */
export function isRemote(reference: string): boolean {
  if (/^git::/i.test(reference) || /^https?:/i.test(reference)) return true
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(reference)) return true
  return /^[a-z][a-z\d-]*@[^/]*[:/]/i.test(reference) || /^github\.com[/:]/i.test(reference)
}
