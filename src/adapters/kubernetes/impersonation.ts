import type { Purpose } from './api-client.ts'

/**
 * Requests in the name of a ServiceAccount (`namespace/name`). The server itself adds the groups that every ServiceAccount is in, so that the
 * right to impersonate this one is all it takes; naming them would need the right to impersonate each group besides.
 */
export function impersonating(serviceAccount: string): Purpose {
  const [namespace, name] = serviceAccount.split('/')
  return { headers: { 'impersonate-user': `system:serviceaccount:${namespace}:${name}` } }
}
