import { isJsonObject } from '../../model/json.ts'
import { jsonForYaml } from '../../model/json-for-yaml.ts'
import { foldKey } from '../../model/kustomization/references.ts'
import { TreeScan } from '../../model/kustomization/tree-scan.ts'
import type { Tree } from '../../model/tree.ts'
import type { BuildFile, BuildRequest } from './builder.ts'

/**
 * What a build of `inputs` reads. Kustomizations are the JSON that was read and checked, so kustomize cannot read anything else
 * from them.
 */
export async function buildFiles(
  tree: Tree,
  inputs: readonly string[],
): Promise<Pick<BuildRequest, 'files' | 'ownProcess'>> {
  const [scan, contents] = await Promise.all([TreeScan.of(tree), tree.read(inputs)])
  const files: BuildFile[] = []
  let ownProcess = false
  for (const [path, content] of contents) {
    const mode = scan.index.entries.get(path)?.mode ?? '100644'
    if (mode === '160000') continue
    const checked = await scan.checkedValue(path)
    if (checked === undefined) files.push({ path, mode, content })
    else files.push({ path, mode, content: Buffer.from(jsonForYaml(checked)), source: content })
    ownProcess ||= isJsonObject(checked) && Object.keys(checked).some((key) => foldKey(key) === 'openapi')
  }
  return { files, ownProcess }
}
