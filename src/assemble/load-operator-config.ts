import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { OperatorConfig } from '../config/operator-config.ts'
import { parseOperatorFile } from '../config/parse-operator-file.ts'
import { type Environment, parseOperatorSecrets } from '../config/parse-operator-secrets.ts'
import { LockstepError, type Problem } from '../model/errors.ts'

export interface OperatorConfigSource {
  /** The value of `--config`; LOCKSTEP_CONFIG otherwise. */
  readonly path?: string | undefined
  readonly env: Environment
  readonly cwd: string
}

/** The operator's file and secrets. Throws a LockstepError with every fault of both. */
export function loadOperatorConfig(source: OperatorConfigSource): OperatorConfig {
  const problems: Problem[] = []
  const attempt = <T>(load: () => T): T | undefined => {
    try {
      return load()
    } catch (error) {
      if (!(error instanceof LockstepError)) throw error
      problems.push(...error.problems)
      return undefined
    }
  }
  const file = attempt(() => loadFile(source))
  const secrets = attempt(() => parseOperatorSecrets(source.env, (path) => readFileSync(path, 'utf8')))
  if (!file || !secrets) throw new LockstepError(problems)
  return { ...file, secrets }
}

function loadFile({ path, env, cwd }: OperatorConfigSource) {
  const named = path || env.LOCKSTEP_CONFIG
  const remedy = 'Name the operator’s file with --config FILE or LOCKSTEP_CONFIG.'
  if (!named) {
    throw new LockstepError({ code: 'CONFIG_MISSING', message: 'No operator configuration was named.', remedy })
  }
  const file = resolve(cwd, named)
  try {
    return parseOperatorFile(readFileSync(file, 'utf8'), file)
  } catch (cause) {
    if (cause instanceof LockstepError) throw cause
    throw new LockstepError({ code: 'CONFIG_MISSING', message: 'The file cannot be read.', file, remedy }, { cause })
  }
}
