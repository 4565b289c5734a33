import type { Finding } from './finding.ts'
import type { Import } from './read-imports.ts'

const FAMILIES = ['handlers', 'preview', 'promotion', 'reconcile', 'dashboard']

/** What code below a path may import; the first that fits a file counts. Own folders are always allowed. */
interface Room {
  readonly name: string
  readonly holds: RegExp
  readonly imports: readonly RegExp[]
}

const MODEL = /^src\/model\//
const CONFIG = /^src\/config\//
const PORTS = new RegExp(`^src/(?:${FAMILIES.join('|')})/ports\\.ts$`)

const ROOMS: readonly Room[] = [
  { name: 'model', holds: MODEL, imports: [] },
  { name: 'config', holds: CONFIG, imports: [MODEL] },
  ...FAMILIES.map((family) => ({
    name: family,
    holds: new RegExp(`^src/${family}/`),
    imports: [MODEL, CONFIG],
  })),
  {
    name: 'an adapter',
    holds: /^src\/adapters\/[^/]+\//,
    imports: [MODEL, CONFIG, PORTS, /^src\/adapters\/(?:process|oci)\//],
  },
  { name: 'a root', holds: /^src\/(?:cli\.ts|server\.ts|worker\.ts|cli\/|assemble\/)/, imports: [/^src\//] },
  { name: 'the sandbox', holds: /^sandbox\//, imports: [/^src\//, /^sandbox\//] },
  { name: 'a tool', holds: /^tools\//, imports: [/^src\//, /^sandbox\//, /^tools\//] },
  { name: 'a benchmark', holds: /^bench\//, imports: [/^/] },
  { name: 'a test', holds: /^test\//, imports: [/^/] },
]

/** The demo command loads the demo when it runs: an installation has no sandbox. */
const EXCEPTIONS = [{ file: 'src/cli/demo.ts', target: /^sandbox\/demo\// }]

/** Imports go downwards: roots, then handlers and families, then model and config; only roots know adapters. */
export function importDirections(file: string, imports: readonly Import[]): Finding[] {
  const room = ROOMS.find(({ holds }) => holds.test(file))
  if (!room && !file.startsWith('src/')) return []
  return imports.flatMap(({ target, line, lazy }) => {
    if (target === undefined || (room && isAllowed(room, file, target)) || isExcepted(file, target, lazy)) return []
    const message = room
      ? `${room.name} must not import ${target}`
      : 'stands in no room of the house; see the map in CONTRIBUTING.md'
    return [{ file, line, rule: 'import-direction', message }]
  })
}

function isAllowed(room: Room, file: string, target: string): boolean {
  const own = room.holds.exec(file)?.[0] ?? ''
  return (own.endsWith('/') && target.startsWith(own)) || room.imports.some((allowed) => allowed.test(target))
}

function isExcepted(file: string, target: string, lazy: boolean): boolean {
  return EXCEPTIONS.some((exception) => exception.file === file && exception.target.test(target) && lazy)
}
