import { type OpenApiDocument, printListTypes } from './list-types.ts'

/** The text of src/model/kubernetes-lists.ts. */
export function kubernetesListsFile(version: string, documents: readonly OpenApiDocument[]): string {
  return `/** Whose published OpenAPI the table below is made from. */
export const KUBERNETES_VERSION = '${version}'

/**
 * How the API server tells items of lists apart, one line a field: \`type field rule type\`. \`map(…)\` names the keys with the values
 * it fills in, \`set\` compares values; \`.\`, \`[]\` and \`{}\` lead to members, items and values on the way to such a list. Made by
 * tools/kubernetes; \`UPDATE_DOCS=1 node tools/run-jest.mjs test/model/kubernetes-lists\` refreshes it.
 */
export const KUBERNETES_LISTS = \`
${printListTypes(documents)}
\`
`
}
