import { isImageTag } from '../../model/image-name.ts'
import { LruCache } from '../../model/lru-cache.ts'
import type { HttpAnswer } from '../oci/http-call.ts'
import { nextPage, readTags } from '../oci/registry-call.ts'
import type { AskRegistry } from './ask-registry.ts'
import { answerError, explain, registryError } from './registry-failure.ts'

export interface RegistryPlace {
  readonly home: URL
  readonly ask: AskRegistry
}

export interface ImageQuestion {
  /** Below `/v2/`. */
  readonly path: string
  /** As people name it. */
  readonly image: string
  readonly signal: AbortSignal
}

/** A page of tags as it was answered, kept for the question whether it still is. */
interface Page {
  readonly tags: readonly string[]
  readonly next: URL | null
  readonly etag: string | undefined
}

const MAX_PAGES = 200
const MAX_TAGS = 100_000
const PAGE = 1_000
const TAGS_KEPT = 500_000

/** Reads all pages of an image's tags; a registry that gives ETags is asked for what changed alone. */
export function createTagReader({ home, ask }: RegistryPlace) {
  const kept = new LruCache<string, Page>(TAGS_KEPT, ({ tags }) => tags.length + 1)
  const readPage = async (url: URL, { image, signal }: ImageQuestion): Promise<Page> => {
    const before = kept.get(url.href)
    const answer = await ask({ url, image, accept: 'application/json', etag: before?.etag, signal })
    if (answer.status === 304 && before) return before
    if (answer.status !== 200) throw answerError(answer, image)
    const page = toPage(answer, home, image)
    if (page.etag !== undefined) kept.set(url.href, page)
    return page
  }
  return async (question: ImageQuestion): Promise<readonly string[]> => {
    const tags: string[] = []
    let url: URL | null = new URL(`/v2/${question.path}/tags/list?n=${PAGE}`, home)
    for (let count = 0; url; count += 1) {
      if (count === MAX_PAGES || tags.length > MAX_TAGS) throw tooMany(question.image)
      const page: Page = await readPage(url, question)
      for (const tag of page.tags) tags.push(tag)
      url = page.next
    }
    return tags
  }
}

function toPage(answer: HttpAnswer, home: URL, image: string): Page {
  try {
    const tags = readTags(answer.body).filter(isImageTag)
    return { tags, next: nextPage(answer, home), etag: answer.headers.etag }
  } catch (error) {
    throw explain(error, image)
  }
}

function tooMany(image: string) {
  const message = `${image} has more than ${MAX_PAGES} pages or ${MAX_TAGS} tags.`
  return registryError('REGISTRY_ANSWER', message, 'Have its owner remove old ones.')
}
