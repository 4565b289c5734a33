import { LockstepError } from '../../model/errors.ts'
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts'
import { runProcess } from '../process/run-process.ts'
import { parseText } from './answer.ts'

const DEADLINE_MS = 15_000
const MAX_BYTES = 1024 ** 2
/** A token is had anew so long before it runs out. */
const AHEAD_MS = 30_000

/** The `exec` part of a kubeconfig's user, and where it is to run. */
export interface LoginCommand {
  /** The operator's name for the cluster, used in messages. */
  readonly cluster: string
  readonly apiVersion: string
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  /** The whole environment but for KUBERNETES_EXEC_INFO. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Default 15 s. */
  readonly timeoutMs?: number | undefined
  /** Where the kubeconfig asks that the command is told: address, CA and the like. */
  readonly clusterInfo?: JsonObject
}

export interface LoginAnswer {
  readonly token?: string
  /** PEM. */
  readonly cert?: string
  readonly key?: string
}

/** Logs in by a command, as kubectl does: run again when what it answered is about to run out, and by one asker for all. */
export class CommandLogin {
  readonly #login: LoginCommand
  #answer: Promise<LoginAnswer & { readonly until: number }> | undefined

  constructor(login: LoginCommand) {
    this.#login = login
  }

  /** Throws KUBECONFIG_COMMAND_FAILED. */
  async current(): Promise<LoginAnswer> {
    const asked = this.#answer
    const known = await asked?.catch(() => undefined)
    if (known && known.until > Date.now()) return known
    // Whoever comes back first asks for all.
    if (this.#answer === asked) this.#answer = this.#run()
    return this.#answer as Promise<LoginAnswer>
  }

  async #run(): Promise<LoginAnswer & { readonly until: number }> {
    const { command, args, cwd, env, apiVersion, clusterInfo, timeoutMs = DEADLINE_MS } = this.#login
    const spec = { interactive: false, ...(clusterInfo && { cluster: clusterInfo }) }
    const info = JSON.stringify({ apiVersion, kind: 'ExecCredential', spec })
    const result = await runProcess({
      command,
      args,
      cwd,
      env: { ...env, KUBERNETES_EXEC_INFO: info },
      timeoutMs,
      maxBytes: MAX_BYTES,
    })
    if (result.ended !== 'exit') throw this.#failed(ENDINGS[result.ended])
    if (result.code !== 0) throw this.#failed(`ended with code ${result.code}`)
    return this.#read(parseText(result.stdout.toString('utf8')))
  }

  #read(answer: Json | undefined): LoginAnswer & { readonly until: number } {
    const status = isJsonObject(answer) && isJsonObject(answer.status) ? answer.status : {}
    const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = status
    const login = {
      ...(typeof token === 'string' && { token }),
      ...(typeof cert === 'string' && typeof key === 'string' && { cert, key }),
    }
    if (Object.keys(login).length === 0) throw this.#failed('answered no ExecCredential with a token or a certificate')
    const expires = Date.parse(String(expirationTimestamp))
    return { ...login, until: Number.isNaN(expires) ? Number.POSITIVE_INFINITY : expires - AHEAD_MS }
  }

  /** What the command printed may hold the login, so none of it is repeated. */
  #failed(how: string): LockstepError {
    const { cluster, command } = this.#login
    return new LockstepError(
      {
        code: 'KUBECONFIG_COMMAND_FAILED',
        message: `The login command ${command} of cluster ${cluster} ${how}.`,
        remedy:
          'Run it by hand with the environment that the kubeconfig names for it, and PATH and HOME alone besides.',
      },
      { kind: 'unreachable' },
    )
  }
}

const ENDINGS = {
  missing: 'was not found, or may not be run',
  timeout: 'did not end in time',
  'too-much-output': 'printed too much',
  aborted: 'was broken off',
} as const
