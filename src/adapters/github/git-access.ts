import type { RepositoryRef } from '../../model/github.ts'
import type { Installation } from './installation.ts'

/** Asked for again this long before it ends, so that a slow fetch still finishes with it. */
const MARGIN_MS = 5 * 60_000

interface Token {
  readonly token: string
  readonly expiresAt: number
}

/** Tokens for git: they can read one repository and nothing else, because they leave this process. */
export class GitAccess {
  readonly #app: Installation
  readonly #tokens = new Map<string, Token>()

  constructor(app: Installation) {
    this.#app = app
  }

  /** A value for the `Authorization` header. */
  async authorization(ref: RepositoryRef): Promise<string> {
    const key = `${ref.installation} ${ref.owner}/${ref.name}`
    const known = this.#tokens.get(key)
    const usable = known && known.expiresAt - MARGIN_MS > this.#app.clock.now()
    const { token } = usable ? known : await this.#mint(key, ref)
    return `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`
  }

  async #mint(key: string, ref: RepositoryRef): Promise<Token> {
    const minted = await this.#app.read({
      what: `get a token to read ${ref.owner}/${ref.name}`,
      ask: async (octokit) => {
        const { data } = await octokit.rest.apps.createInstallationAccessToken({
          installation_id: ref.installation,
          repositories: [ref.name],
          permissions: { contents: 'read' },
        })
        return { token: data.token, expiresAt: Date.parse(data.expires_at) }
      },
    })
    this.#tokens.set(key, minted)
    return minted
  }
}
