import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from '@jest/globals'

const GOLDEN = join(import.meta.dirname, '..', 'fixtures', 'golden')

/** Compares with `test/fixtures/golden/<name>`. `UPDATE_GOLDEN=1` writes the file instead; read what changed before committing it. */
export function expectGolden(name: string, text: string): void {
  const file = join(GOLDEN, name)
  if (process.env.UPDATE_GOLDEN === '1') {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, `${text}\n`)
  }
  expect(`${text}\n`).toBe(readFileSync(file, 'utf8'))
}
