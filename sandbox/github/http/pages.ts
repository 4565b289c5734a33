import { type Answer, ok } from './answer.ts'
import type { Call, RepositoryCall } from './route.ts'

const DEFAULT_SIZE = 30
const LARGEST_SIZE = 100

/** One page of `items`, with GitHub's `link` header. `wrap` puts the page into an envelope with the total. */
export async function page<T>(
  call: Call | RepositoryCall,
  items: readonly T[],
  present: (item: T) => unknown,
  wrap: (page: unknown[], total: number) => unknown = (shown) => shown,
): Promise<Answer> {
  const size = pageSize(call)
  const number = Math.max(1, Number(call.query.get('page')) || 1)
  const last = Math.max(1, Math.ceil(items.length / size))
  const shown = await Promise.all(items.slice((number - 1) * size, number * size).map(present))
  const link = linkHeader(call, number, last)
  return ok(wrap(shown, items.length), link ? { link } : {})
}

export function pageSize(call: Call): number {
  const asked = Number(call.query.get('per_page')) || DEFAULT_SIZE
  return Math.min(LARGEST_SIZE, Math.max(1, asked))
}

function linkHeader(call: Call | RepositoryCall, number: number, last: number): string {
  const links: string[] = []
  if (number > 1) links.push(link(call, { page: number - 1 }, 'prev'))
  if (number < last) links.push(link(call, { page: number + 1 }, 'next'), link(call, { page: last }, 'last'))
  if (number > 1) links.push(link(call, { page: 1 }, 'first'))
  return links.join(', ')
}

/** Links name the repository by id, whatever name was asked for. */
export function link(call: Call | RepositoryCall, change: Record<string, string | number>, relation: string): string {
  const query = new URLSearchParams(call.query)
  for (const [key, value] of Object.entries(change)) query.set(key, String(value))
  return `<${call.world.apiUrl}${canonicalPath(call)}?${query}>; rel="${relation}"`
}

function canonicalPath(call: Call | RepositoryCall): string {
  if (!('repository' in call)) return call.path
  return call.path.replace(/^\/repos\/[^/]+\/[^/]+/, `/repositories/${call.repository.id}`)
}
