import { globSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { schema as published } from '@octokit/graphql-schema'
import { buildSchema, execute, type GraphQLSchema, parse, validate } from 'graphql'
import { openPull, openScene, type RestClient, type Scene, tipOf } from '../support/local-github.ts'

/** Every GraphQL document of the product, held against GitHub's published schema and sent to the local GitHub. */
const DOCUMENTS = globSync('src/**/*.ts').flatMap((file) => {
  const found = readFileSync(file, 'utf8').matchAll(/\/\* GraphQL \*\/ `([^`]*)`/g)
  return [...found].map(([, document = '']) => ({ file, document }))
})

let schema: GraphQLSchema
let scene: Scene
let repository: string
let main: string

beforeAll(async () => {
  schema = buildSchema(published.idl, { assumeValid: true })
  scene = await openScene()
})
afterAll(() => scene.close())
beforeEach(async () => {
  repository = await scene.repository()
  main = await tipOf(scene.bob, repository, 'main')
})

test('nothing is asked of GraphQL outside a marked document', () => {
  const calls = globSync('src/**/*.ts').filter((file) => /\bgraphql(<[^>]*>)?\(/.test(readFileSync(file, 'utf8')))
  expect(calls).toEqual([...new Set(DOCUMENTS.map(({ file }) => file))])
})

test.each(DOCUMENTS)('the document of $file is one that GitHub understands', ({ document }) => {
  expect(validate(schema, parse(document))).toEqual([])
})

const documentWith = (mutation: string) => DOCUMENTS.find(({ document }) => document.includes(mutation))?.document ?? ''

describe('the document that enqueues', () => {
  const document = documentWith('enqueuePullRequest')

  test('is answered in the shape it asks for', async () => {
    const input = await enqueueInput()
    const { status, body } = await ask(await scene.robot(), document, input)
    expect({ status, body }).toEqual({ status: 200, body: await asTheSchemaHasIt(document, input, body.data) })
  })

  test('is refused beside a 200 for a pull request that is not there, or without permission', async () => {
    const input = await enqueueInput()
    const unknown = await ask(await scene.robot(), document, { ...input, pullRequestId: 'MDQ6Tm9uZQ' })
    expect([unknown.status, unknown.body.errors[0].type]).toEqual([200, 'NOT_FOUND'])
    const reader = await scene.robot({ permissions: { contents: 'read' } })
    const forbidden = await ask(reader, document, input)
    expect([forbidden.status, forbidden.body.errors[0].type]).toEqual([200, 'FORBIDDEN'])
  })
})

describe('the document that commits', () => {
  const document = documentWith('createCommitOnBranch')

  test('is answered in the shape it asks for', async () => {
    const input = commitInput()
    const { status, body } = await ask(await scene.robot(), document, input)
    expect({ status, body }).toEqual({ status: 200, body: await asTheSchemaHasIt(document, input, body.data) })
    expect(body.data.createCommitOnBranch.commit.oid).toBe(await tipOf(scene.bob, repository, 'main'))
  })

  test.each<[string, string, () => Input | Promise<Input>]>([
    ['a branch that has moved', 'STALE_DATA', () => ({ ...commitInput(), expectedHeadOid: 'a'.repeat(40) })],
    ['a branch that is not there', 'NOT_FOUND', () => commitInput({ branchName: 'none' })],
    ['a repository that is not there', 'NOT_FOUND', () => commitInput({ repositoryNameWithOwner: 'acme/none' })],
  ])('%s is %s beside a 200', async (_, type, input) => {
    await expectRefusal(await ask(await scene.robot(), document, await input()), type)
  })

  test('a missing permission is FORBIDDEN beside a 200', async () => {
    const reader = await scene.robot({ permissions: { contents: 'read' } })
    await expectRefusal(await ask(reader, document, commitInput()), 'FORBIDDEN')
  })

  test('input that the schema does not know is an error beside a 200, and nothing is written', async () => {
    const { status, body } = await ask(await scene.robot(), document, { ...commitInput(), force: true })
    expect({ status, data: body.data }).toEqual({ status: 200, data: undefined })
    expect(body.errors[0].message).toMatch(/force/)
    expect(await tipOf(scene.bob, repository, 'main')).toBe(main)
  })

  test('nobody without a token is answered', async () => {
    expect(await ask(scene.anonymous, document, commitInput())).toMatchObject({ status: 401 })
  })
})

/** A pull request of a branch of its own, into a base that requires a queue. */
async function enqueueInput() {
  const conditions = { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } }
  const rules = [{ type: 'merge_queue', parameters: { merge_method: 'MERGE' } }]
  await scene.ann.post(`${repository}/rulesets`, { name: 'queue', enforcement: 'active', conditions, rules })
  const { node_id: pullRequestId, head } = await openPull(scene.bob, repository, 'topic')
  return { pullRequestId, expectedHeadOid: head.sha }
}

type Input = ReturnType<typeof commitInput>

function commitInput(branch: { branchName?: string; repositoryNameWithOwner?: string } = {}) {
  return {
    branch: { repositoryNameWithOwner: repository.replace('/repos/', ''), branchName: 'main', ...branch },
    expectedHeadOid: main,
    message: { headline: 'Change', body: 'And why.' },
    fileChanges: { additions: [{ path: 'a/b.yaml', contents: 'eDogMQo=' }], deletions: [{ path: 'README.md' }] },
  }
}

function ask(client: RestClient, query: string, input: object) {
  return client.send('POST', scene.github.graphqlUrl, { query, variables: { input } })
}

/** GitHub's schema given the answer as its data: it takes only what fits, and gives back only what was asked for. */
async function asTheSchemaHasIt(document: string, input: object, data: unknown) {
  const rootValue = data
  const answer = await execute({ schema, document: parse(document), rootValue, variableValues: { input } })
  return JSON.parse(JSON.stringify(answer))
}

async function expectRefusal({ status, body }: Awaited<ReturnType<typeof ask>>, type: string): Promise<void> {
  expect(status).toBe(200)
  expect(body.data).toEqual({ createCommitOnBranch: null })
  expect(body.errors).toEqual([
    { type, path: ['createCommitOnBranch'], message: expect.any(String), locations: [expect.any(Object)] },
  ])
  expect(await tipOf(scene.bob, repository, 'main')).toBe(main)
}
