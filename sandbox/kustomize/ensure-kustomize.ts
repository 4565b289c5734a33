import { fileURLToPath } from 'node:url'
import { type EnsureOptions, ensureProgram } from './ensure-program.ts'

const VERSION = 'v5.8.1'
const PROGRAM = {
  name: 'kustomize',
  version: VERSION,
  variable: 'KUSTOMIZE_BIN',
  module: fileURLToPath(new URL('module', import.meta.url)),
  package: 'sigs.k8s.io/kustomize/kustomize/v5',
  linkerFlags: `-s -w -X=sigs.k8s.io/kustomize/api/provenance.version=${VERSION}`,
}

/** Path of a kustomize; building one takes about half a minute, once. */
export function ensureKustomize(options: EnsureOptions): Promise<string> {
  return ensureProgram(PROGRAM, options)
}
