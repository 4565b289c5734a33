/**
 * True for everything that kustomize could take for an address on the network: URLs of any scheme, `git::…`, `user@host:…`,
 * `github.com/…`. Says yes in doubt.
 */
export function isRemote(reference: string): boolean {
  if (/^git::/i.test(reference) || /^https?:/i.test(reference)) return true
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(reference)) return true
  return /^[a-z][a-z\d-]*@[^/]*[:/]/i.test(reference) || /^github\.com[/:]/i.test(reference)
}

/** The repository of a remote reference, as an allow-list names it: `github.com/org/name`, or the host alone. */
export function remoteRepository(reference: string): string {
  const address = reference
    .replace(/^git::/i, '')
    .replace(/^[a-z][a-z\d+.-]*:\/*/i, '')
    .replace(/^[^/@]*@/, '')
    .replace(/[?#].*$/s, '')
  const [, host = '', path = ''] = /^([^/:]*(?::\d+(?=\/))?)[/:]?(.*)$/s.exec(address) ?? []
  const repository = /^(.*?_git\/[^/]+|.*?(?=\/\/)|.*?(?=\.git(?:\/|$)))/s.exec(path)?.[0] || firstTwo(path)
  return [host.toLowerCase(), repository].filter((part) => part !== '').join('/')
}

function firstTwo(path: string): string {
  return path.split('/').slice(0, 2).join('/')
}
