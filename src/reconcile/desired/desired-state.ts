import type { EnvironmentConfig } from '../../config/repository-config.ts'
import type { Problem } from '../../model/errors.ts'
import type { Render } from '../../model/renderer.ts'
import type { ResourceKey } from '../../model/resource-key.ts'
import type { Session } from '../pass/session.ts'
import { refusals } from './admission.ts'
import type { DesiredObject } from './desired.ts'
import { kindSources, lackOf } from './kind-sources.ts'
import { readRender } from './read-render.ts'
import { sourcesElsewhere } from './sources-elsewhere.ts'

/** The objects to apply, or every reason why this render must not be applied. What was found out before of an equal render is not again. */
export async function desiredState(
  session: Session,
  render: Render,
  { namespaces, kinds, order }: Pick<EnvironmentConfig, 'namespaces' | 'kinds' | 'order'>,
): Promise<{ objects: readonly DesiredObject[]; problems: readonly Problem[] }> {
  const { objects, scoped, scope, admitted } = await readRender(session, render)
  const clusterNamespaces = session.ports.settings?.namespacesOf?.(session.target.cluster) ?? []
  const { inventoryNamespace } = session
  const rules = { namespaces, ...(kinds && { kinds }), clusterNamespaces, inventoryNamespace }
  const text = JSON.stringify(rules)
  if (admitted.has(text)) return { objects, problems: [] }
  const problems = refusals(scoped(), { ...rules, scope })
  if (problems.length === 0) admitted.add(text)
  if (problems.every(({ code }) => code !== 'KIND_UNKNOWN')) return { objects, problems }
  const sources = [...kindSources(scoped()), ...(await sourcesElsewhere(session))]
  const lack = (key: ResourceKey) => lackOf(key, sources, session.target, order)
  return { objects, problems: refusals(scoped(), { ...rules, scope, lack }) }
}
