import { generateKeyPairSync } from 'node:crypto'
import { addAccount, requireAccount } from '../accounts/create.ts'
import type { App, Permissions } from '../state/app.ts'
import type { World } from '../world.ts'

export interface AppRequest {
  readonly slug: string
  readonly name: string
  /** Login of the account that owns the App. */
  readonly owner: string
  /** `metadata: read` is always there. */
  readonly permissions: Permissions
  readonly events: readonly string[]
  readonly webhookUrl?: string
  readonly webhookSecret?: string
  readonly contentType?: 'json' | 'form'
}

/** Registers an App with a fresh key. Its bot account is `slug[bot]`. */
export function registerApp(world: World, request: AppRequest): App {
  if (world.app(request.slug)) throw new Error(`an App named ${request.slug} already exists`)
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const id = world.nextId()
  const app: App = {
    id,
    slug: request.slug,
    name: request.name,
    clientId: `Iv23li${id.toString(36).padStart(14, '0')}`,
    privateKeyPem: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    publicKey,
    owner: requireAccount(world, request.owner),
    bot: addAccount(world, `${request.slug}[bot]`, 'Bot'),
    createdAt: world.now(),
    hookId: world.nextId(),
    permissions: { metadata: 'read', ...request.permissions },
    events: request.events,
    webhook: {
      ...(request.webhookUrl ? { url: request.webhookUrl } : {}),
      ...(request.webhookSecret ? { secret: request.webhookSecret } : {}),
      contentType: request.contentType ?? 'json',
      insecureSsl: '0',
    },
  }
  world.apps.set(id, app)
  return app
}
