import { execute, GraphQLError, type GraphQLFormattedError, parse, validate } from 'graphql'
import { type GraphqlContext, GraphqlRefusal } from './context.ts'
import { createCommitOnBranch } from './create-commit-on-branch.ts'
import { dequeuePullRequest, enqueuePullRequest, repository } from './merge-queue.ts'
import { githubSchema } from './schema.ts'

const ROOT = { createCommitOnBranch, enqueuePullRequest, dequeuePullRequest, repository }

/** Runs a document against GitHub's published schema; fields of the root that the stand-in lacks are errors, never nulls. */
export async function executeQuery(
  context: GraphqlContext,
  request: { query: string; variables: Record<string, unknown> },
): Promise<unknown> {
  const schema = await githubSchema()
  try {
    const document = parse(request.query)
    const faults = validate(schema, document)
    if (faults.length > 0) return { errors: faults.map(format) }
    const result = await execute({
      schema,
      document,
      rootValue: ROOT,
      contextValue: context,
      variableValues: request.variables,
    })
    return result.errors ? { data: result.data, errors: result.errors.map(format) } : { data: result.data }
  } catch (failure) {
    if (failure instanceof GraphQLError) return { errors: [format(failure)] }
    throw failure
  }
}

function format(error: GraphQLError): GraphQLFormattedError & { type?: string } {
  const { originalError } = error
  const isDefect = originalError && ![GraphqlRefusal, GraphQLError].some((kind) => originalError instanceof kind)
  if (isDefect) {
    console.error('local GitHub failed on a GraphQL field:', originalError)
  }
  const type = originalError instanceof GraphqlRefusal ? { type: originalError.type } : {}
  return { ...type, ...error.toJSON() }
}
