import { createRequire } from 'node:module'
import type { Agent as AgentClass, Dispatcher, ProxyAgent as ProxyAgentClass } from 'undici'

// undici's index also loads fetch, WebSocket, caches and mocks: 13 MB of memory that no request to a cluster needs.
const load = createRequire(import.meta.url)

/** Connections to any number of servers. */
export const Agent: typeof AgentClass = load('undici/lib/dispatcher/agent.js')

/** The same through a proxy. */
export const ProxyAgent: typeof ProxyAgentClass = load('undici/lib/dispatcher/proxy-agent.js')

const { request } = load('undici/lib/api/index.js') as {
  request(this: Dispatcher, options: Dispatcher.RequestOptions): Promise<Dispatcher.ResponseData>
}

/** One request over connections of these; the answer's headers, with its body to be read. */
export function requestOver(
  dispatcher: Dispatcher,
  options: Dispatcher.RequestOptions,
): Promise<Dispatcher.ResponseData> {
  return request.call(dispatcher, options)
}
