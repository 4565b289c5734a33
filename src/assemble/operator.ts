import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ClientFile, OperatorConfig, OperatorFile } from '../config/operator-config.ts'
import { parseClientFile, parseOperatorFile } from '../config/parse-operator-file.ts'
import { parseOperatorSecrets } from '../config/parse-operator-secrets.ts'
import { LockstepError, type Problem, type ProblemKind } from '../model/errors.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the operator's file and secrets. Throws one LockstepError with every fault of both, and with `withoutRedis` where there is
 * no Redis and that is a fault.
 */
export function readOperatorConfig(
  option: string | undefined,
  env: Environment,
  cwd: string,
  withoutRedis?: Problem,
): OperatorConfig {
  const problems: Problem[] = []
  const file = attempt(problems, () => parseFile(option ?? env.LOCKSTEP_CONFIG, cwd, parseOperatorFile))
  const secrets = attempt(problems, () => parseOperatorSecrets(env, (path) => readFileSync(path, 'utf8')))
  const redis = secrets ? secrets.redisUrl : env.REDIS_URL || env.REDIS_URL_FILE
  if (withoutRedis && !redis) throw new LockstepError([...problems, withoutRedis], { kind: kindWith(problems) })
  if (!file || !secrets) throw new LockstepError(problems)
  return { ...file, secrets }
}

/** The operator's file alone, for commands that need none of the server's secrets. Throws a LockstepError with every fault of it. */
export function readOperatorFile(option: string | undefined, env: Environment, cwd: string): OperatorFile {
  return parseFile(option ?? env.LOCKSTEP_CONFIG, cwd, parseOperatorFile)
}

/** The command was the wrong one, unless more is wrong than that. */
function kindWith(others: readonly Problem[]): ProblemKind {
  return others.length === 0 ? 'usage' : 'refused'
}

function attempt<T>(problems: Problem[], read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error
    problems.push(...error.problems)
    return undefined
  }
}

/** What a command that only renders takes from the same file; undefined where none is named. */
export function readClientFile(option: string | undefined, env: Environment, cwd: string): ClientFile | undefined {
  const path = option ?? env.LOCKSTEP_CONFIG
  return path ? parseFile(path, cwd, parseClientFile) : undefined
}

function parseFile<T>(path: string | undefined, cwd: string, parse: (text: string, file: string) => T): T {
  if (!path) throw missing("no operator's file is named")
  const file = resolve(cwd, path)
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw missing(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`)
  }
  return parse(text, file)
}

function missing(what: string): LockstepError {
  return new LockstepError({
    code: 'OPERATOR_FILE_MISSING',
    message: `The operator's configuration is missing: ${what}.`,
    remedy: 'Name it with --config FILE or LOCKSTEP_CONFIG; docs/reference/operator-config.md lists its keys.',
  })
}
