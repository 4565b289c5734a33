import { createHash } from 'node:crypto'
import type { Dispatcher } from 'undici'
import type { RegistrySource } from '../../config/registries.ts'
import { isImageDigest } from '../../model/image-name.ts'
import type { HttpAnswer } from '../oci/http-call.ts'
import { createRegistryCall, nextPage, readTags, registryAddress } from '../oci/registry-call.ts'
import { answerError, explain, registryError } from './registry-failure.ts'
import { retryAfterMs } from './retry-after.ts'

export interface RegistryOptions {
  readonly source: RegistrySource
  readonly env: Readonly<Record<string, string | undefined>>
  /** Milliseconds. */
  readonly now: () => number
  readonly dispatcher?: Dispatcher | undefined
}

/** One registry that is watched. Throws a LockstepError where it does not answer as it should. */
export interface ImageRegistry {
  tags(path: string): Promise<readonly string[]>
  digest(path: string, tag: string): Promise<string | undefined>
}

const TIMEOUT_MS = 30_000
const MAX_BYTES = 4 * 1024 ** 2
const MAX_PAGES = 200
const PAGE = 1_000
const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ')

/** A page of tags as it was answered, kept for the question whether it still is. */
interface Page {
  readonly tags: readonly string[]
  readonly next: URL | null
  readonly etag: string | undefined
}

/**
 * Asks for an image's tags at most once in the operator's interval, says what it has already (ETag), and asks for nothing before the time
 * that the registry names when it is asked too often.
 */
export function createImageRegistry({ source, env, now, dispatcher }: RegistryOptions): ImageRegistry {
  const home = registryAddress(source.host)
  const call = createRegistryCall({ home, hosts: source.hosts, basic: basicOf(source, env), dispatcher })
  const known = new Map<string, { readonly at: number; readonly tags: Promise<readonly string[]> }>()
  const pages = new Map<string, Page>()
  let closedUntil = 0

  const ask = async (
    url: URL,
    image: string,
    more: { method?: 'GET' | 'HEAD'; accept: string; etag?: string | undefined },
  ) => {
    if (now() < closedUntil) throw limited(source.host, closedUntil)
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const answer = await call(url, { ...more, maxBytes: MAX_BYTES, signal }).catch((error) => {
      throw explain(error, image)
    })
    if (answer.status !== 429) return answer
    closedUntil = now() + retryAfterMs(answer.headers['retry-after'], now())
    throw limited(source.host, closedUntil)
  }
  const readPage = async (url: URL, image: string): Promise<Page> => {
    const before = pages.get(url.href)
    const answer = await ask(url, image, { accept: 'application/json', etag: before?.etag })
    if (answer.status === 304 && before) return before
    if (answer.status !== 200) throw answerError(answer, image)
    const page = { tags: tagsOf(answer, image), next: nextPage(answer, home), etag: answer.headers.etag }
    if (page.etag) pages.set(url.href, page)
    return page
  }
  const readAll = async (path: string, image: string): Promise<readonly string[]> => {
    const tags: string[] = []
    let url: URL | null = new URL(`/v2/${path}/tags/list?n=${PAGE}`, home)
    for (let count = 0; url; count += 1) {
      if (count === MAX_PAGES) throw registryError('REGISTRY_ANSWER', `${image} has too many tags.`, 'Remove old ones.')
      const page: Page = await readPage(url, image)
      tags.push(...page.tags)
      url = page.next
    }
    return tags
  }

  return {
    tags(path) {
      const before = known.get(path)
      if (before && now() - before.at < source.intervalMs) return before.tags
      const tags = readAll(path, `${source.host}/${path}`)
      known.set(path, { at: now(), tags })
      return tags
    },
    async digest(path, tag) {
      const image = `${source.host}/${path}`
      const url = new URL(`/v2/${path}/manifests/${tag}`, home)
      const head = await ask(url, image, { method: 'HEAD', accept: MANIFESTS })
      if (head.status === 404) return undefined
      if (head.status !== 200) throw answerError(head, image)
      const told = head.headers['docker-content-digest']
      if (told && isImageDigest(told)) return told
      const whole = await ask(url, image, { accept: MANIFESTS })
      if (whole.status !== 200) throw answerError(whole, image)
      return `sha256:${createHash('sha256').update(whole.body).digest('hex')}`
    },
  }
}

function tagsOf({ body }: HttpAnswer, image: string): string[] {
  try {
    return readTags(body)
  } catch (error) {
    throw explain(error, image)
  }
}

function basicOf({ host, usernameEnv, passwordEnv }: RegistrySource, env: RegistryOptions['env']): string | undefined {
  if (usernameEnv === undefined || passwordEnv === undefined) return undefined
  const [username, password] = [env[usernameEnv], env[passwordEnv]]
  if (username && password) return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  const name = username ? passwordEnv : usernameEnv
  throw registryError('REGISTRY_DENIED', `${name} is not set, and the operator names it for ${host}.`, `Set ${name}.`)
}

function limited(host: string, until: number) {
  const time = new Date(until).toISOString()
  return registryError('REGISTRY_LIMITED', `${host} wants no question before ${time}.`, 'Tried again by itself.')
}
