import type { Finding } from './finding.ts'

/** Texts that only make sense on the machine they were written on. */
export interface Machine {
  /** Folders such as the checkout and the home of the person. */
  readonly folders: readonly string[]
  /** Hosts of package registries and module proxies, the public ones left out. */
  readonly hosts: readonly string[]
}

/** Tracked files hold no path and no registry of one machine, and the lock file no address at all. */
export function trackedText(file: string, text: string, machine: Machine): Finding[] {
  return text.split('\n').flatMap((line, index) => {
    const message = fault(file, line, machine)
    return message ? [{ file, line: index + 1, rule: 'tracked-text', message }] : []
  })
}

function fault(file: string, line: string, { folders, hosts }: Machine): string | undefined {
  const folder = folders.find((path) => namesFolder(line, path))
  if (folder) return `names a folder of one machine: ${folder}`
  const host = hosts.find((name) => line.includes(name))
  if (host) return `names a package registry: ${host}`
  if (file === 'package-lock.json' && line.includes('"resolved": "http')) return 'the lock file names a registry'
  return undefined
}

/** As a whole path, not as the end of another. */
function namesFolder(line: string, folder: string): boolean {
  const at = line.indexOf(`${folder}/`)
  return at >= 0 && !/[\w.}-]/.test(line[at - 1] ?? ' ')
}
