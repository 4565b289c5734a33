import { describe, expect, test } from '@jest/globals'
import { printFinding } from '../../tools/lint/finding.ts'
import { lint } from '../../tools/lint/lint.ts'
import { readImports } from '../../tools/lint/read-imports.ts'

const MACHINE = { folders: ['/builds/someone/lockstep', '/home/someone'], hosts: ['npm.example.internal'] }
const findings = (files: Readonly<Record<string, string>>) =>
  lint(new Map(Object.entries(files)), MACHINE).map(printFinding)

describe('imports go downwards', () => {
  test.each<[file: string, specifier: string]>([
    ['src/model/tree.ts', '../config/load.ts'],
    ['src/model/tree.ts', '../adapters/git/mirror.ts'],
    ['src/config/load.ts', '../preview/diff.ts'],
    ['src/preview/diff.ts', '../promotion/plan.ts'],
    ['src/promotion/plan.ts', '../reconcile/drift.ts'],
    ['src/promotion/plan.ts', '../reconcile/ports.ts'],
    ['src/reconcile/drift.ts', '../dashboard/page.ts'],
    ['src/handlers/push.ts', '../preview/diff.ts'],
    ['src/preview/diff.ts', '../adapters/git/mirror.ts'],
    ['src/preview/diff.ts', '../assemble/log.ts'],
    ['src/adapters/git/mirror.ts', '../kustomize/renderer.ts'],
    ['src/adapters/git/mirror.ts', '../../reconcile/drift.ts'],
    ['src/adapters/git/mirror.ts', '../../assemble/log.ts'],
    ['src/cli/diff.ts', '../../sandbox/demo/run-demo.ts'],
    ['src/model/tree.ts', '../../test/support/trees.ts'],
    ['src/worker.ts', '../sandbox/cluster/start.ts'],
    ['sandbox/demo/run-demo.ts', '../../test/support/trees.ts'],
    ['tools/lint/main.ts', '../../test/support/trees.ts'],
  ])('%s must not import %s', (file, specifier) => {
    for (const statement of [
      `import { a } from '${specifier}'`,
      `import type { a } from '${specifier}'`,
      `export * from '${specifier}'`,
      `const a = await import('${specifier}')`,
    ]) {
      expect(findings({ [file]: `\n${statement}\n` })).toEqual([
        expect.stringMatching(`^${file}:2 import-direction .* must not import `),
      ])
    }
  })

  test.each<[file: string, specifier: string]>([
    ['src/model/tree.ts', './kustomization/inputs.ts'],
    ['src/model/kustomization/inputs.ts', '../tree.ts'],
    ['src/config/load.ts', '../model/tree.ts'],
    ['src/preview/diff.ts', './ports.ts'],
    ['src/preview/diff.ts', '../config/load.ts'],
    ['src/adapters/git/mirror.ts', '../process/run-process.ts'],
    ['src/adapters/git/mirror.ts', '../../reconcile/ports.ts'],
    ['src/cli/diff.ts', '../adapters/git/mirror.ts'],
    ['src/cli.ts', './cli/frame.ts'],
    ['src/worker.ts', './reconcile/drift.ts'],
    ['src/assemble/services.ts', '../preview/diff.ts'],
    ['sandbox/demo/run-demo.ts', '../../src/model/tree.ts'],
    ['test/model/tree.test.ts', '../../sandbox/demo/run-demo.ts'],
  ])('%s may import %s', (file, specifier) => {
    expect(findings({ [file]: `import { a } from '${specifier}'\n` })).toEqual([])
  })

  test('only the demo command may load the demo, and only when it runs', () => {
    const target = '../../sandbox/demo/run-demo.ts'
    expect(findings({ 'src/cli/demo.ts': `await import('${target}')\n` })).toEqual([])
    expect(findings({ 'src/cli/demo.ts': `import { a } from '${target}'\n` })).toHaveLength(1)
    expect(findings({ 'src/cli/demo.ts': `await import('../../sandbox/github/start.ts')\n` })).toHaveLength(1)
  })

  test('a file that stands in no room of the house is told', () => {
    expect(findings({ 'src/utils/a.ts': "import { b } from './b.ts'\n" })).toEqual([
      'src/utils/a.ts:1 import-direction stands in no room of the house; see the map in CONTRIBUTING.md',
    ])
  })
})

describe('no circles', () => {
  test('of two files, of types only', () => {
    const files = {
      'src/model/a.ts': "import type { B } from './b.ts'\n",
      'src/model/b.ts': "\nimport type { A } from './a.ts'\n",
    }
    expect(findings(files)).toEqual([
      'src/model/b.ts:2 import-cycle imports itself in a circle: src/model/a.ts → src/model/b.ts → src/model/a.ts',
    ])
  })

  test('of three, through a lazy import', () => {
    const files = {
      'src/model/a.ts': "import { b } from './b.ts'\n",
      'src/model/b.ts': "import { c } from './c.ts'\n",
      'src/model/c.ts': "await import('./a.ts')\n",
    }
    expect(findings(files)).toHaveLength(1)
  })

  test('but many ways to one file are none', () => {
    const files = {
      'src/model/a.ts': "import { b } from './b.ts'\nimport { c } from './c.ts'\n",
      'src/model/b.ts': "import { c } from './c.ts'\n",
      'src/model/c.ts': 'export const c = 1\n',
    }
    expect(findings(files)).toEqual([])
  })
})

describe('what decides does not reach the world', () => {
  test.each<[file: string, code: string]>([
    ['src/model/tree.ts', "import { readFile } from 'node:fs/promises'"],
    ['src/config/load.ts', "import { spawn } from 'node:child_process'"],
    ['src/preview/diff.ts', "import { request } from 'node:http'"],
    ['src/promotion/plan.ts', "import { connect } from 'node:net'"],
    ['src/reconcile/drift.ts', "import { Agent } from 'undici'"],
    ['src/promotion/plan.ts', "import type { Octokit } from '@octokit/rest'"],
    ['src/handlers/push.ts', "import { Probot } from 'probot'"],
    ['src/reconcile/drift.ts', 'const token = process.env.TOKEN'],
    ['src/reconcile/drift.ts', "console.log('x')"],
    ['src/reconcile/drift.ts', "const answer = await fetch('http://x')"],
    ['src/model/tree.ts', 'const now = Date.now()'],
    ['src/model/tree.ts', 'const now = new Date()'],
    ['src/config/load.ts', 'const id = Math.random()'],
  ])('%s: %s', (file, code) => {
    expect(findings({ [file]: `${code}\n` })).toEqual([expect.stringMatching(`^${file}:1 pure-file must not `)])
  })

  test.each<[file: string, code: string]>([
    ['src/model/tree.ts', "import { createHash } from 'node:crypto'"],
    ['src/config/load.ts', "import { z } from 'zod'"],
    ['src/model/tree.ts', '// process.env is read elsewhere'],
    ['src/model/tree.ts', 'const at = new Date(text)'],
    ['src/model/mirror.ts', '  fetch(): Promise<void>'],
    ['src/handlers/push.ts', "import type { Probot } from 'probot'"],
    ['src/adapters/git/mirror.ts', "import { spawn } from 'node:child_process'"],
    ['src/cli/diff.ts', 'const now = Date.now()'],
  ])('%s may hold: %s', (file, code) => {
    expect(findings({ [file]: `${code}\n` })).toEqual([])
  })
})

describe('tracked files hold nothing of one machine', () => {
  test.each<[file: string, text: string]>([
    ['README.md', 'see /builds/someone/lockstep/docs'],
    ['docs/a.md', '"/home/someone/.cache/x"'],
    ['.npmrc', 'registry=https://npm.example.internal/'],
    ['package-lock.json', '      "resolved": "https://packages.example.test/yaml/-/yaml-2.9.1.tgz",'],
  ])('%s: %s', (file, text) => {
    expect(findings({ [file]: `\n${text}\n` })).toEqual([expect.stringMatching(`^${file}:2 tracked-text `)])
  })

  test.each(['docs/home/someone/x', '/home/someoneelse/x', 'https://packages.example.test/'])('%s is fine', (text) => {
    expect(findings({ 'README.md': text })).toEqual([])
  })
})

describe('imports are found', () => {
  test('in every form, with their lines', () => {
    const source = `import './a.ts'
import b, {
  type B,
} from "./b.ts"
export { c } from './c.ts'
// import './no.ts'
/* import './no.ts' */
const text = 'import "./no.ts"'
const d = await import(
  './d.ts'
)
type E = import('./e.ts').E
export const from = './no.ts'
`
    const found = readImports('src/x/y.ts', source)
    expect(found.map(({ line, target }) => `${line} ${target}`)).toEqual([
      '1 src/x/a.ts',
      '4 src/x/b.ts',
      '5 src/x/c.ts',
      '10 src/x/d.ts',
      '12 src/x/e.ts',
    ])
  })
})
