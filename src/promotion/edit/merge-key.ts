import { isMap, isScalar } from 'yaml'
import { notEditable } from './kustomization-edit.ts'
import { startOf } from './node-span.ts'
import { NotEditable } from './not-editable.ts'
import { findNode, type YamlFile, type YamlPath } from './yaml-file.ts'

/** Throws YAML_NOT_EDITABLE where the map at the path has a merge key (`<<`): what it takes from there is neither seen nor changed alone. */
export function refuseMergeKey(yaml: YamlFile, document: number, path: YamlPath): void {
  const parsed = yaml.documents[document]
  const node = parsed && findNode(parsed, path)?.node
  const merge = isMap(node) ? node.items.find(({ key }) => isScalar(key) && key.value === '<<') : undefined
  if (merge && isScalar(merge.key))
    throw notEditable(yaml, new NotEditable('it may come from a merge key', startOf(merge.key)))
}
