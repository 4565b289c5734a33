import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'

const SCHEMA = join(import.meta.dirname, '..', '..', 'docs', 'reference', 'diff.schema.json')

/** The published schema of `lockstep diff --format json`. */
export function compileSchema() {
  return new Ajv2020({ strict: true, allowUnionTypes: true }).compile(JSON.parse(readFileSync(SCHEMA, 'utf8')))
}
