import { globSync, readFileSync } from 'node:fs'
import { ProbotOctokit } from 'probot'

const SOURCES = 'src/adapters/github/*.ts'

/** Every REST route the GitHub adapter's source calls, e.g. `GET /repos/{owner}/{repo}`. */
export function calledRoutes(): string[] {
  const octokit = new ProbotOctokit() as unknown as { rest: Record<string, Record<string, RestMethod>> }
  const routes = new Set<string>()
  for (const [, area = '', method = ''] of source().matchAll(/octokit\.rest\.(\w+)\.(\w+)/g)) {
    const defaults = octokit.rest[area]?.[method]?.endpoint.DEFAULTS
    if (!defaults) throw new Error(`octokit.rest.${area}.${method} is not a REST method`)
    routes.add(`${defaults.method} ${defaults.url}`)
  }
  return [...routes].sort()
}

/** Every GraphQL document in the adapter's source. */
export function graphqlDocuments(): string[] {
  return [...source().matchAll(/\/\* GraphQL \*\/ `([^`]*)`/g)].map(([, document = '']) => document)
}

interface RestMethod {
  readonly endpoint: { readonly DEFAULTS: { readonly method: string; readonly url: string } }
}

function source(): string {
  return globSync(SOURCES)
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n')
}
