import { buildSchema, type GraphQLSchema } from 'graphql'

let built: Promise<GraphQLSchema> | undefined

/** GitHub's whole published schema. Reading it takes about a second, so it is read with the first request. */
export function githubSchema(): Promise<GraphQLSchema> {
  built ??= import('@octokit/graphql-schema').then(({ schema }) => buildSchema(schema.idl, { assumeValid: true }))
  return built
}
