import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The Go module. Images leave the sources out and put the built program there. */
export const RENDERER_FOLDER = fileURLToPath(new URL('../../../../renderer', import.meta.url))

/** Changes whenever the program would (16 hex digits); undefined where there are no sources. */
export async function sourcesDigest(folder: string): Promise<string | undefined> {
  const names = (await readdir(folder).catch(() => [])).filter(isSource).sort()
  if (!names.includes('go.mod')) return undefined
  const hash = createHash('sha256')
  for (const name of names) hash.update(`${name}\0`).update(await readFile(join(folder, name)))
  return hash.digest('hex').slice(0, 16)
}

function isSource(name: string): boolean {
  return name === 'go.mod' || name === 'go.sum' || (name.endsWith('.go') && !name.endsWith('_test.go'))
}
