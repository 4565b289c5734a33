import { unnamableDirectories } from '../../config/layout.ts'
import { REPOSITORY_CONFIG_FILE } from '../../config/load.ts'
import type { RepositoryConfig } from '../../config/repository-config.ts'
import type { Problem } from '../../model/errors.ts'
import { suggestName } from '../../model/nearest-name.ts'
import type { Overlay } from '../../model/target.ts'
import type { Tree } from '../../model/tree.ts'

/** Where configuration and directories do not fit each other. */
export async function layoutFindings(
  config: RepositoryConfig,
  tree: Tree,
  overlays: readonly Overlay[],
): Promise<Problem[]> {
  return [
    ...(await unnamableDirectories(config, tree)).map(unnamable),
    ...config.environments.filter(({ name }) => !overlays.some(({ environment }) => environment === name)).map(empty),
    ...unknownApplications(config, overlays),
  ]

  function empty({ name }: { readonly name: string }): Problem {
    const remedy = `Overlays are looked for at ${config.overlays.join(', ')}.`
    return { code: 'LAYOUT_EMPTY', message: `${name} has no overlay.`, file: REPOSITORY_CONFIG_FILE, remedy }
  }
}

function unnamable(path: string): Problem {
  const message = 'The directory cannot be the name of an application.'
  return { code: 'LAYOUT_NAME', message, file: path, remedy: 'Use letters, digits, ".", "_" and "-".' }
}

/** A carry rule for an application that is nowhere would silently do nothing. */
function unknownApplications(config: RepositoryConfig, overlays: readonly Overlay[]): Problem[] {
  const known = [...new Set(overlays.map(({ application }) => application))]
  const named = config.carry.flatMap((rule) => ('apps' in rule ? (rule.apps ?? []) : []))
  return [...new Set(named)]
    .filter((name) => !known.includes(name))
    .map((name) => {
      const message = `carry names the application "${name}", which has no overlay.`
      return { code: 'APP_UNKNOWN', message, file: REPOSITORY_CONFIG_FILE, remedy: suggestName(name, known) }
    })
}
