import { posix } from 'node:path'

/** What a remote reference stands for. */
export interface RemoteAddress {
  /** A directory with a kustomization, or one file of objects. */
  readonly kind: 'directory' | 'file'
  /** As the operator's list names it: `github.com/acme/bases`, with `http://` in front where it is not https. */
  readonly repository: string
  /** Where git fetches from: https, or http where the reference says so. Without credentials. */
  readonly url: string
  /** Branch, tag, `refs/…` or full commit id; left out, the repository's default branch. */
  readonly ref?: string
  /** Inside the repository, normalised; empty for its root. */
  readonly path: string
}

export type ParsedAddress = RemoteAddress | { readonly refused: string }

/**
 * Reads what kustomize takes for a git repository (its `repospec.go`), but only where that has one clear meaning; everything else is
 * refused, with the reason as the end of a sentence. ssh addresses become https ones of the same host: there are no ssh keys here.
 */
export function parseRemoteAddress(text: string): ParsedAddress {
  try {
    if (!/^[!-~]{1,2000}$/.test(text)) throw new Unclear('has blanks or characters that no address needs')
    const [location = '', query] = splitOnce(text, '?')
    if (!/^[\w.~:/@+-]+$/.test(location)) throw new Unclear('has characters that no address needs')
    const found = readLocation(location)
    const { ref } = readQuery(query)
    return readRawFile(found, query) ?? readDirectory(found, ref)
  } catch (error) {
    if (error instanceof Unclear) return { refused: error.message }
    throw error
  }
}

class Unclear extends Error {}

interface Location {
  readonly web: boolean
  readonly protocol: 'https' | 'http'
  readonly host: string
  readonly path: string
}

function readLocation(location: string): Location {
  const [, scheme = '', afterScheme = ''] = /^(?:git::)?([a-z][a-z\d+.-]*:\/\/)?(.*)$/i.exec(location) ?? []
  const protocol = protocolOf(scheme.toLowerCase())
  const [, user = '', rest = ''] = /^([a-z][a-z\d-]*@)?(.*)$/i.exec(afterScheme) ?? []
  if (rest.includes('@')) throw new Unclear('holds a user or password')
  const isGitHub = /^github\.com[/:]/i.test(rest)
  const isScp = scheme === '' && (user !== '' || isGitHub)
  if (scheme === '' && !isScp) throw new Unclear('has no protocol')
  const end = isScp ? rest.search(/[/:]/) : rest.indexOf('/')
  if (isScp && !isGitHub && rest[end] !== ':') throw new Unclear('has no protocol')
  const host = readHost(rest.slice(0, Math.max(end, 0)), protocol)
  const web = !isScp && protocol !== 'ssh' && user === ''
  return { web, protocol: protocol === 'http' && !isGitHub ? 'http' : 'https', host, path: rest.slice(end + 1) }
}

function protocolOf(scheme: string): 'https' | 'http' | 'ssh' {
  if (scheme === 'https://' || scheme === '') return 'https'
  if (scheme === 'http://') return 'http'
  if (scheme === 'ssh://') return 'ssh'
  if (scheme === 'file://') throw new Unclear('names a directory of the machine that renders')
  throw new Unclear(`has the protocol ${scheme}, and only https, http and ssh are read`)
}

function readHost(text: string, protocol: string): string {
  const host = text.toLowerCase().replace(/^github\.com:443$/, 'github.com')
  if (!/^[a-z\d](?:[a-z\d.-]{0,251}[a-z\d])?(?::\d{1,5})?$/.test(host)) throw new Unclear('names no host')
  if (host.startsWith('github.com:')) throw new Unclear('names a port of github.com')
  if (protocol === 'ssh' && host.includes(':'))
    throw new Unclear('is ssh on a port of its own, which has no https twin')
  return host
}

interface Query {
  readonly ref?: string
}

/** `timeout` and `submodules` are understood and change nothing here: fetching has its own deadline, submodules are not fetched. */
const PARAMETERS = new Set(['ref', 'version', 'timeout', 'submodules'])

function readQuery(query: string | undefined): Query {
  const values = new Map<string, string>()
  for (const pair of (query ?? '').split('&').filter((part) => part !== '')) {
    const [name = '', value = ''] = splitOnce(pair, '=')
    if (!PARAMETERS.has(name)) throw new Unclear(`has the parameter \`${name}\`, which kustomize does not know`)
    if (values.has(name)) throw new Unclear(`has the parameter \`${name}\` twice`)
    values.set(name, decode(value))
  }
  const ref = values.get('ref') || values.get('version') || undefined
  if (ref !== undefined && !isRef(ref)) throw new Unclear(NO_REF)
  return ref === undefined ? {} : { ref }
}

function decode(value: string): string {
  if (!/^(?:[\w.~:/@-]|%[\da-f]{2})*$/i.test(value)) throw new Unclear('has a parameter with characters to be escaped')
  try {
    return decodeURIComponent(value)
  } catch {
    throw new Unclear('has a parameter that is not UTF-8')
  }
}

/** A part of what `git check-ref-format` allows. */
function isRef(ref: string): boolean {
  if (!/^[\w.+@/-]{1,200}$/.test(ref) || ref === '@' || /\.\.|\/\/|^[-/.]|[/.]$|\/\.|\/-/.test(ref)) return false
  return !/\.lock(?:\/|$)/.test(ref)
}

/** GitHub's addresses of single files; they are read from git, where the commit proves the content. */
function readRawFile({ web, protocol, host, path }: Location, query: string | undefined): RemoteAddress | undefined {
  const pattern = RAW_FILES.get(host)
  const [, repository, ref, file] = (web && protocol === 'https' && query === undefined && pattern?.exec(path)) || []
  if (repository !== undefined && ref !== undefined && file !== undefined) {
    if (!isRef(ref)) throw new Unclear(NO_REF)
    return { kind: 'file', ...gitHub(repository), ref, path: insidePath(file) }
  }
  if (web && (isFile(path) || host === 'raw.githubusercontent.com')) {
    throw new Unclear('is a file on a web server, where nothing proves that it stays the same')
  }
  return undefined
}

const NO_REF = 'has a ref that is no name of a branch, tag or commit'
const RAW_FILES: ReadonlyMap<string, RegExp> = new Map([
  ['raw.githubusercontent.com', /^([^/]+\/[^/]+)\/((?:refs\/(?:heads|tags)\/)?[^/]+)\/(.+)$/],
  ['github.com', /^([^/]+\/[^/]+)\/raw\/((?:refs\/(?:heads|tags)\/)?[^/]+)\/(.+)$/],
])

/** Where nothing marks the end of a repository's name, kustomize asks the web server first. */
function isFile(path: string): boolean {
  return /\.(?:ya?ml|json)$/i.test(path) && !/\/\/|\.git(?:\/|$)|_git\//.test(path)
}

function readDirectory({ protocol, host, path }: Location, ref: string | undefined): RemoteAddress {
  const [repository, inside] = splitRepository(path)
  const rest = { kind: 'directory' as const, ...(ref !== undefined && { ref }), path: insidePath(inside) }
  const segments = repository.split('/')
  if (!segments.every((segment) => /^[\w~][\w.~+-]*$/.test(segment))) throw new Unclear('names no repository')
  if (host === 'github.com') return { ...gitHub(repository), ...rest }
  const listed = `${host}/${repository.replace(/\.git$/, '')}`
  return {
    repository: protocol === 'http' ? `http://${listed}` : listed,
    url: `${protocol}://${host}/${repository}`,
    ...rest,
  }
}

/** GitHub does not tell capitals apart. */
function gitHub(name: string): Pick<RemoteAddress, 'repository' | 'url'> {
  const repository = `github.com/${name.toLowerCase().replace(/\.git$/, '')}`
  if (!/^github\.com\/[\w.-]+\/[\w.-]+$/.test(repository)) throw new Unclear('names no repository of an owner')
  return { repository, url: `https://${repository}` }
}

/** In kustomize's order: Azure's `_git/`, `//`, `.git`, and else two names. */
function splitRepository(path: string): [repository: string, inside: string] {
  const azure = /^(.*?_git\/[^/]*)\/?(.*)$/.exec(path)
  if (azure) return [azure[1] ?? '', azure[2] ?? '']
  const double = path.indexOf('//')
  if (double >= 0) return [path.slice(0, double), path.slice(double + 2)]
  const git = path.indexOf('.git')
  if (git >= 0) {
    if (!/^(?:\/|$)/.test(path.slice(git + 4)))
      throw new Unclear('has `.git` inside a name, where kustomize would cut it')
    return [path.slice(0, git + 4), path.slice(git + 5)]
  }
  const segments = path.split('/')
  if (segments.length < 2) throw new Unclear('names no repository')
  return [segments.slice(0, 2).join('/'), segments.slice(2).join('/')]
}

function insidePath(text: string): string {
  const path = posix.normalize(`./${text}`).replace(/\/$/, '')
  if (path === '..' || path.startsWith('../')) throw new Unclear('leads out of its repository')
  return path === '.' ? '' : path
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}
