import type { Account } from '../state/account.ts'
import type { CheckAction } from '../state/check.ts'
import type { World } from '../world.ts'
import { offeredActions, pressAction } from './check-buttons.ts'

/** The pages see and do only what the REST interface lets this person see and do. */
export interface Client {
  readonly login: string
  /** undefined for 404. Throws PageRefusal for other refusals. */
  get<T>(path: string): Promise<T | undefined>
  send(method: 'POST' | 'PUT' | 'PATCH', path: string, body: unknown): Promise<void>
  text(path: string, accept: string): Promise<string>
  /** The buttons of a check run; `name` is `owner/repo`. */
  offers(name: string, run: number): readonly CheckAction[]
  press(name: string, run: number, identifier: string): Promise<void>
}

/** What the REST interface answered instead, to be shown as it is. */
export class PageRefusal extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** People who can be signed in as: those with a personal token. */
export function people(world: World): Account[] {
  const accounts = [...world.tokens.values()].flatMap((token) => (token.kind === 'user' ? [token.account] : []))
  return [...new Map(accounts.map((account) => [account.login, account])).values()]
}

export function clientFor(world: World, login: string): Client {
  const token = world.tokens
    .values()
    .filter((one) => one.kind === 'user')
    .find((one) => one.account.login === login)
  const headers = token ? { authorization: `Bearer ${token.value}` } : {}
  const ask = async (method: string, path: string, accept: string, body?: unknown): Promise<Response> => {
    const answer = await fetch(`${world.apiUrl}${path}`, {
      method,
      headers: { ...headers, accept, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    if (answer.ok || answer.status === 404) return answer
    const { message } = (await answer.json().catch(() => ({}))) as { message?: string }
    throw new PageRefusal(answer.status, message ?? `status ${answer.status}`)
  }
  const json = 'application/vnd.github+json'
  return {
    login,
    async get<T>(path: string) {
      const answer = await ask('GET', path, json)
      return answer.status === 404 ? undefined : ((await answer.json()) as T)
    },
    async send(method, path, body) {
      const answer = await ask(method, path, json, body)
      if (!answer.ok) throw new PageRefusal(answer.status, 'Not Found')
    },
    text: async (path, accept) => (await ask('GET', path, accept)).text(),
    offers: (name, run) => (token ? offeredActions(world, token.account, name, run) : []),
    async press(name, run, identifier) {
      const pressed = token && (await pressAction(world, token.account, name, run, identifier))
      if (!pressed) throw new PageRefusal(404, 'Not Found')
    },
  }
}
