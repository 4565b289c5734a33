import { readdirSync, readFileSync } from 'node:fs'

/** Command lines of all processes whose environment names this folder: a program and everything it started, detached or not. */
export function processesOf(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/environ`, 'utf8').includes(folder)) return []
        return [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()}`]
      } catch {
        return [] // It ended meanwhile, or is somebody else's.
      }
    })
}
