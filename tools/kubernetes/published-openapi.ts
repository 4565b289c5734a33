import { readKubeconfig } from '../../src/adapters/kubernetes/kubeconfig.ts'
import { Transport } from '../../src/adapters/kubernetes/transport.ts'
import type { OpenApiDocument } from './list-types.ts'

/** What the API server publishes of the kinds that it serves by itself: `/openapi/v3/api/v1` and so on, and its version. */
export async function readPublishedOpenApi(
  kubeconfig: string,
): Promise<{ version: string; documents: OpenApiDocument[] }> {
  const source = { name: 'published', kubeconfig }
  const transport = new Transport(await readKubeconfig(source), () => readKubeconfig(source))
  const get = async <T>(path: string): Promise<T> => {
    const signal = AbortSignal.timeout(60_000)
    const answer = await transport.send({ method: 'GET', path, headers: {}, signal, idleMs: 60_000 })
    if (answer.statusCode !== 200) throw new Error(`${path} was answered with ${answer.statusCode}`)
    return (await answer.body.json()) as T
  }
  try {
    const { gitVersion } = await get<{ gitVersion: string }>('/version')
    const { paths } = await get<{ paths: Record<string, { serverRelativeURL: string }> }>('/openapi/v3')
    const versions = Object.keys(paths).filter((path) => /^(?:api|apis\/[^/]+)\/v[^/]*$/.test(path))
    const documents: OpenApiDocument[] = []
    for (const path of versions.sort()) documents.push(await get(paths[path]?.serverRelativeURL ?? ''))
    return { version: gitVersion, documents }
  } finally {
    await transport.close()
  }
}
