import type { Problem } from '../model/errors.ts'
import { suggestName } from '../model/nearest-name.ts'
import type { OrderConfig, RepositoryConfig } from './repository-config.ts'
import { problemsOf } from './rule-problems.ts'
import { byPlace } from './schema-problems.ts'
import { type Path, parseYamlSource } from './yaml-source.ts'

/**
 * Applications that `order` names and that have no overlay. An environment that tracks something else may have others than the default
 * branch, so its own `order` is not judged by it.
 */
export function unknownInOrder(
  config: RepositoryConfig,
  applications: readonly string[],
  text: string,
  file: string,
): Problem[] {
  const known = new Set(applications)
  if (config.environments.every(({ order }) => namesIn(order, []).every(({ name }) => known.has(name)))) return []
  const source = parseYamlSource(text, file)
  const problem = problemsOf(source)
  const { order = {}, environments } = source.value as {
    order?: OrderConfig
    environments: readonly { order?: OrderConfig; track?: unknown }[]
  }
  const named = [
    ...namesIn(order, ['order']),
    ...environments.flatMap((environment, index) =>
      environment.track ? [] : namesIn(environment.order ?? {}, ['environments', index, 'order']),
    ),
  ]
  return named
    .filter(({ name }) => !known.has(name))
    .map(({ name, path }) =>
      problem(
        'CONFIG_UNKNOWN_APPLICATION',
        path,
        `No application "${name}" has an overlay.`,
        suggestName(name, applications),
      ),
    )
    .toSorted(byPlace)
}

function namesIn(order: OrderConfig, path: Path): { readonly name: string; readonly path: Path }[] {
  return Object.entries(order).flatMap(([application, before]) => [
    { name: application, path: [...path, application] },
    ...before.map((name, index) => ({ name, path: [...path, application, index] })),
  ])
}
