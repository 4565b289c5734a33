import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import type { LocalGitHub } from '../github/local-github.ts'
import { GitHubPerson } from './github-person.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
export const OWNER = 'acme'
export const NAME = 'shop'

/** The repository of the example, and the App with the permissions and events of app.yml. */
export async function registerLockstep(github: LocalGitHub) {
  const manifest = parse(await readFile(join(ROOT, 'app.yml'), 'utf8')) as {
    default_permissions: Record<string, 'read' | 'write'>
    default_events: string[]
  }
  const webhookSecret = randomBytes(24).toString('hex')
  const app = github.registerApp({
    slug: 'lockstep',
    name: 'Lockstep',
    owner: OWNER,
    permissions: manifest.default_permissions,
    events: manifest.default_events,
    webhookUrl: 'http://127.0.0.1:9/',
    webhookSecret,
  })
  await github.createRepository({
    owner: OWNER,
    name: NAME,
    private: true,
    collaborators: { ana: 'write' },
    from: join(ROOT, 'examples', NAME),
    rulesets: [requireGate(app.appId), guardState(app.appId)],
  })
  github.installApp('lockstep', OWNER, [NAME])
  return {
    slug: app.slug,
    env: {
      LOCKSTEP_APP_ID: String(app.appId),
      LOCKSTEP_PRIVATE_KEY: app.privateKeyPem,
      LOCKSTEP_WEBHOOK_SECRET: webhookSecret,
    },
  }
}

/** The one check to require, from Lockstep only. */
function requireGate(appId: number) {
  return {
    name: 'lockstep/gate is required',
    target: 'branch' as const,
    enforcement: 'active' as const,
    conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
    rules: [
      {
        type: 'required_status_checks',
        parameters: {
          required_status_checks: [{ context: 'lockstep/gate', integration_id: appId }],
          strict_required_status_checks_policy: false,
        },
      },
    ],
  }
}

/** Only the App writes its own records. */
function guardState(appId: number) {
  return {
    name: 'lockstep/state belongs to Lockstep',
    target: 'branch' as const,
    enforcement: 'active' as const,
    bypass_actors: [{ actor_id: appId, actor_type: 'Integration' as const, bypass_mode: 'always' as const }],
    conditions: { ref_name: { include: ['refs/heads/lockstep/state'], exclude: [] } },
    rules: [{ type: 'creation' }, { type: 'update' }, { type: 'deletion' }, { type: 'non_fast_forward' }],
  }
}

/** A member of the organisation; the repository gives her write access. */
export function createAna(github: LocalGitHub, directory: string): GitHubPerson {
  const { login, token } = github.createUser('ana')
  github.createOrganization(OWNER, { [login]: { role: 'member', public: true } })
  return new GitHubPerson({
    login,
    token,
    apiUrl: github.apiUrl,
    webUrl: github.url,
    repository: `${OWNER}/${NAME}`,
    clone: join(directory, 'clone-of-ana'),
  })
}
