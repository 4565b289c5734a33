import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** What each folder calls its part of the page. */
const TITLES: Readonly<Record<string, string>> = {
  adapters: 'Adapters',
  assemble: 'Operator and clusters',
  cli: 'Command line',
  config: 'Configuration and layout',
  handlers: 'Webhooks',
  model: 'Kustomizations and manifests',
  preview: 'Pull requests',
  promotion: 'Promotions, rollbacks and commands',
  reconcile: 'Reconciliation',
}

/** Every code of every `reasons.ts` below `src`, by the folder that owns it. */
export async function readReasonCodes(root: string): Promise<Map<string, Record<string, string>>> {
  const byFolder = new Map<string, Record<string, string>>()
  const files = await Array.fromAsync(glob('src/**/reasons.ts', { cwd: root }))
  for (const file of files.sort()) {
    const folder = file.split('/')[1] ?? ''
    const { REASONS } = (await import(pathToFileURL(join(root, file)).href)) as { REASONS: Record<string, string> }
    byFolder.set(folder, { ...byFolder.get(folder), ...REASONS })
  }
  return byFolder
}

/** docs/reference/reason-codes.md as it has to be. */
export async function printReasonCodes(root: string): Promise<string> {
  const sections = [...(await readReasonCodes(root))].map(([folder, reasons]) => {
    const rows = Object.entries(reasons)
      .sort(([one], [other]) => one.localeCompare(other))
      .map(([code, meaning]) => `| \`${code}\` | ${meaning.replaceAll('|', '\\|')} |`)
    return `## ${TITLES[folder] ?? folder}\n\n| code | what it means; what to do |\n|---|---|\n${rows.join('\n')}\n`
  })
  return `# Reason codes\n\nEvery refusal, finding and verdict carries one of these codes, the same in comments, checks, logs and JSON. This page is made from the code:\n\`UPDATE_DOCS=1 node tools/run-jest.mjs test/docs\` refreshes it.\n\n${sections.join('\n')}`
}

/** Codes that problems, outcomes and gates are made with, by source file. */
export async function readUsedCodes(root: string): Promise<Map<string, string[]>> {
  const used = new Map<string, string[]>()
  for await (const file of glob('src/**/*.ts', { cwd: root })) {
    const text = await readFile(join(root, file), 'utf8')
    const codes = [...text.matchAll(/\bcode: '([A-Z][A-Z0-9_]+)'/g)].map(([, code = '']) => code)
    if (codes.length > 0) used.set(file, codes)
  }
  return used
}
