import type { Finding } from './finding.ts'
import type { Import } from './read-imports.ts'

const INSIDE = /^src\/(?:model|config|handlers|preview|promotion|reconcile|dashboard)\//
const NOUNS = /^src\/(?:model|config)\//

/** Modules that only compute, or load what does. Everything else of Node reaches the world, and stands in adapters and roots. */
const COMPUTING = ['node:crypto', 'node:path', 'node:util', 'node:buffer', 'node:module']
/** Libraries that only compute, too. */
const LIBRARIES = ['yaml', 'zod', 'diff', 'hono/html', '@marcbachmann/cel-js', 're2js']

const REACHES: readonly { readonly files: RegExp; readonly pattern: RegExp; readonly what: string }[] = [
  { files: INSIDE, pattern: /\bprocess\.(?!hrtime)\w+/, what: 'the process' },
  { files: INSIDE, pattern: /\bconsole\./, what: 'the console' },
  { files: INSIDE, pattern: /(?:await|return|=>|=)\s+fetch\(|globalThis\.fetch/, what: 'the network' },
  { files: NOUNS, pattern: /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(/, what: 'the clock' },
  { files: NOUNS, pattern: /\bMath\.random\(|\brandom(?:UUID|Bytes)\(/, what: 'chance' },
]

/** Nouns, decisions and use cases reach the world only through ports; nouns do not even know the time. */
export function pureFiles(file: string, source: string, imports: readonly Import[]): Finding[] {
  if (!INSIDE.test(file)) return []
  const allowed = [...COMPUTING, ...LIBRARIES]
  const modules = imports
    .filter(
      ({ target, specifier, typeOnly }) =>
        target === undefined && !allowed.includes(specifier) && !isEdge(file, typeOnly),
    )
    .map(({ line, specifier }) => finding(file, line, `must not import ${specifier}: it reaches the world`))
  const lines = source.split('\n')
  const reaches = REACHES.filter(({ files }) => files.test(file)).flatMap(({ pattern, what }) =>
    lines.flatMap((text, index) => {
      const comment = /^\s*(?:\/\/|\/?\*)/.test(text)
      return !comment && pattern.test(text) ? [finding(file, index + 1, `must not use ${what}`)] : []
    }),
  )
  return [...modules, ...reaches]
}

/** Handlers are where events come in: they may name the types of what delivers them. */
function isEdge(file: string, typeOnly: boolean): boolean {
  return typeOnly && file.startsWith('src/handlers/')
}

function finding(file: string, line: number, message: string): Finding {
  return { file, line, rule: 'pure-file', message }
}
