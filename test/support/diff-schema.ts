import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'

const REFERENCE = join(import.meta.dirname, '..', '..', 'docs', 'reference')

/** The published schema of `lockstep <command> --format json`. */
export function compileSchema(command = 'diff') {
  const schema = JSON.parse(readFileSync(join(REFERENCE, `${command}.schema.json`), 'utf8'))
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true })
  formats.default(ajv)
  return ajv.compile(schema)
}
