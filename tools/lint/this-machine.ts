import { spawnSync } from 'node:child_process'
import { homedir } from 'node:os'
import type { Machine } from './tracked-text.ts'

/** What must not leave this machine in a commit. */
export function thisMachine(root: string): Machine {
  const settings = [output('npm', ['config', 'get', 'registry']), output('go', ['env', 'GOPROXY'])].join(',')
  const hosts = [...settings.matchAll(/https?:\/\/(?:[^@/\s]*@)?([^/:,|\s]+)/g)].map(([, host]) => host ?? '')
  return {
    // A checkout right below `/` has a name that is a word of its own elsewhere, such as /app.
    folders: [root.replace(/\/$/, ''), homedir()].filter((folder) => folder === '/root' || folder.lastIndexOf('/') > 0),
    hosts: hosts.filter((host) => host !== ''),
  }
}

/** Empty where the program is missing: then it has no setting either. */
function output(command: string, args: readonly string[]): string {
  return spawnSync(command, args, { encoding: 'utf8' }).stdout ?? ''
}
