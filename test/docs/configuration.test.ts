import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse } from 'yaml'
import { z } from 'zod'
import { operatorSchema } from '../../src/config/operator-schema.ts'
import { parseOperatorFile } from '../../src/config/parse-operator-file.ts'
import { SECRET_VARIABLES } from '../../src/config/parse-operator-secrets.ts'
import { parseRepositoryConfig } from '../../src/config/parse-repository-config.ts'
import { repositorySchema } from '../../src/config/repository-schema.ts'
import { schemaFiles } from '../../tools/docs/schemas.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const read = (file: string) => readFileSync(`${ROOT}${file}`, 'utf8')
const REPOSITORY_PAGE = 'docs/reference/repository-config.md'
const OPERATOR_PAGE = 'docs/reference/operator-config.md'

/** Examples in a page: the blocks of YAML marked with this word. */
function examples(file: string, mark: string): string[] {
  return [...read(file).matchAll(new RegExp(`^\`\`\`yaml ${mark}\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, text]) => text ?? '',
  )
}

describe.each(Object.entries(schemaFiles()))('%s', (file, text) => {
  test('is what the code checks', () => {
    if (process.env.UPDATE_DOCS) writeFileSync(`${ROOT}${file}`, text)
    expect(read(file)).toBe(text)
  })
})

describe.each([
  [REPOSITORY_PAGE, 'config', 'docs/reference/lockstep.schema.json', (text: string) => parseRepositoryConfig(text)],
  [
    OPERATOR_PAGE,
    'operator',
    'docs/reference/operator.schema.json',
    (text: string) => parseOperatorFile(text, '/o.yaml'),
  ],
] as const)('%s', (page, mark, schema, load) => {
  const validate = new Ajv2020({ allowUnionTypes: true }).compile(JSON.parse(read(schema)))

  test('has an example that the code and the published schema accept', () => {
    expect(examples(page, mark).length).toBeGreaterThan(0)
    for (const example of examples(page, mark)) {
      load(example)
      expect([validate(parse(example)), validate.errors]).toEqual([true, null])
    }
  })

  test('has a schema that knows no more keys than it says', () => {
    const more = examples(page, mark).map((example) => ({ ...parse(example), surprise: 1 }))
    for (const example of more) expect(validate(example)).toBe(false)
  })
})

test('the example repository and the manifests of an installation fit the published schemas', () => {
  const ajv = new Ajv2020({ allowUnionTypes: true })
  const repository = ajv.compile(JSON.parse(read('docs/reference/lockstep.schema.json')))
  const operator = ajv.compile(JSON.parse(read('docs/reference/operator.schema.json')))
  expect([repository(parse(read('examples/shop/.lockstep.yaml'))), repository.errors]).toEqual([true, null])
  expect([operator(parse(read('deploy/operator.yaml'))), operator.errors]).toEqual([true, null])
  parseOperatorFile(read('deploy/operator.yaml'), '/etc/lockstep/operator.yaml')
})

/** Every key of a schema, at whatever depth. */
function keysOf(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return []
  const { properties } = node as { properties?: Record<string, unknown> }
  const inside = properties ? Object.keys(properties) : []
  return [...inside, ...Object.values(properties ?? node).flatMap(keysOf)]
}

test.each([
  [REPOSITORY_PAGE, repositorySchema],
  [OPERATOR_PAGE, operatorSchema],
])('%s mentions every key', (page, schema) => {
  const words = new Set(read(page).match(/[A-Za-z]+/g))
  const keys = [...new Set(keysOf(z.toJSONSchema(schema, { io: 'input' })))]
  expect(keys.length).toBeGreaterThan(10)
  expect(keys.filter((key) => !words.has(key))).toEqual([])
})

test('every secret is on the page of the operator', () => {
  for (const name of Object.keys(SECRET_VARIABLES)) expect(read(OPERATOR_PAGE)).toContain(`\`${name}\``)
})

test('the configuration in the README is accepted', () => {
  const [example] = /^```yaml\n([\s\S]*?)^```/m.exec(read('README.md'))?.slice(1) ?? []
  expect(parseRepositoryConfig(example ?? '').environments).toHaveLength(3)
})
