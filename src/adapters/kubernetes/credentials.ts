import type { ConnectionOptions } from 'node:tls'

/** How to reach a cluster and be let in. */
export interface Credentials {
  /** Scheme, host, port and path prefix. */
  readonly server: string
  /** The context's namespace, or `default`. */
  readonly namespace: string
  readonly tls: Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized'>
  readonly proxy: string | undefined
  /** `authorization` and impersonation headers; a token file or login command is read again when its token is old. */
  headers(): Promise<Readonly<Record<string, string>>>
}

/** For messages: the address without user, password, path or query. */
export function printServer(server: string): string {
  return URL.canParse(server) ? new URL(server).origin : 'an invalid address'
}
