import { createMask, type Mask } from '../../model/mask-secrets.ts'
import type { Render } from '../../model/renderer.ts'
import type { LiveRecord } from '../live/live-record.ts'
import { memoised } from '../memoised.ts'
import type { Session } from '../pass/session.ts'

/** Hides the values of desired and live Secrets; made when something is to be shown, because live Secrets are asked for. */
export type LazyMask = () => Promise<Mask>

/** What names the target and its objects is no secret. */
export function targetMask(
  { target, view }: Pick<Session, 'target' | 'view'>,
  render: Pick<Render, 'manifests'>,
  live: ReadonlyMap<string, LiveRecord>,
): LazyMask {
  return memoised(async () => {
    const keys = [...live.values()].flatMap(({ key, values }) => (values ? [key] : []))
    const secrets = await Promise.all(keys.map(async (key) => ({ key, body: await view.object(key) })))
    const known = secrets.flatMap(({ key, body }) => (body ? [{ key, body }] : []))
    const { manifests } = render
    const names = manifests.flatMap(({ key }) => [key.name, key.kind, key.namespace ?? ''])
    return createMask([...manifests, ...known], [...Object.values(target), ...names])
  })
}
