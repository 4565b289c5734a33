export interface Addresses {
  /** REST root, no slash at its end. */
  readonly baseUrl: string
  /** Where people and git go, no slash at its end. */
  readonly webUrl: string
}

const GITHUB_API = 'https://api.github.com'

/** `https://HOST/api/v3` belongs to GitHub Enterprise Server, whose pages are at `https://HOST`. */
export function addressesOf(baseUrl: string = GITHUB_API, webUrl?: string): Addresses {
  const api = baseUrl.replace(/\/+$/, '')
  const web = api === GITHUB_API ? 'https://github.com' : api.replace(/\/api\/v3$/, '')
  return { baseUrl: api, webUrl: (webUrl ?? web).replace(/\/+$/, '') }
}
