import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Agent, request } from 'undici'

/** The certificate authority (PEM) once the API server answers that it is ready; undefined before. */
export async function apiReady(server: string, directory: string, token: string): Promise<string | undefined> {
  const ca = await certificate(directory)
  if (!ca) return undefined
  const status = await ask(`${server}/readyz`, ca, token).catch(() => 0)
  return status === 200 ? ca : undefined
}

/** The node that kwok plays. The scheduler finds it without waiting once kwok has called it ready. */
export async function createNode(server: string, directory: string, token: string): Promise<void> {
  const ca = (await certificate(directory)) ?? ''
  const node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'sandbox', labels: { 'kubernetes.io/hostname': 'sandbox' } },
  }
  for (let attempt = 1; ; attempt++) {
    const status = await ask(`${server}/api/v1/nodes`, ca, token, node)
    if (status === 201 || status === 409) return
    if (attempt === 5) throw new Error(`creating the sandbox's Node answered HTTP ${status}`)
    await sleep(200)
  }
}

/** kube-apiserver's own certificate, which is also the authority that signed it. */
async function certificate(directory: string): Promise<string | undefined> {
  return readFile(join(directory, 'certificates', 'apiserver.crt'), 'utf8').catch(() => undefined)
}

async function ask(url: string, ca: string, token: string, body?: object): Promise<number> {
  const dispatcher = new Agent({ connect: { ca }, allowH2: false })
  try {
    const answer = await request(url, {
      dispatcher,
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    await answer.body.dump()
    return answer.statusCode
  } finally {
    await dispatcher.destroy()
  }
}
