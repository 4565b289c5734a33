import { stringify } from 'yaml'

export interface Login {
  readonly name: string
  readonly groups: readonly string[]
  readonly token: string
}

/** A kubeconfig with one context per login, named for it; the first is current. `ca` is PEM. */
export function printKubeconfig(server: string, ca: string, logins: readonly Login[]): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': logins[0]?.name,
    clusters: [
      { name: 'sandbox', cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } },
    ],
    users: logins.map(({ name, token }) => ({ name, user: { token } })),
    contexts: logins.map(({ name }) => ({ name, context: { cluster: 'sandbox', user: name } })),
  })
}

/** kube-apiserver's `--token-auth-file`: token, user, uid, groups. */
export function printTokenFile(logins: readonly Login[]): string {
  return logins.map(({ name, token, groups }) => `${token},${name},${name},"${groups.join(',')}"\n`).join('')
}
