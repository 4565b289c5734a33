import { fileURLToPath } from 'node:url'
import { type EnsureOptions, ensureProgram } from '../kustomize/ensure-program.ts'

const VERSION = 'v3.22.0'
const PROGRAM = {
  name: 'helm',
  version: VERSION,
  variable: 'HELM_BIN',
  module: fileURLToPath(new URL('module', import.meta.url)),
  package: 'helm.sh/helm/v3/cmd/helm',
  linkerFlags: `-s -w -X=helm.sh/helm/v3/internal/version.version=${VERSION}`,
}

/** Path of a helm; building one takes two to three minutes, once. */
export function ensureHelm(options: EnsureOptions): Promise<string> {
  return ensureProgram(PROGRAM, options)
}
