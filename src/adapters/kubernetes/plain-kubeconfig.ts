import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { parse } from 'yaml'
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts'
import { readPlainDocuments } from '../../model/plain-documents.ts'
import type { Credentials } from './credentials.ts'

const POD = '/var/run/secrets/kubernetes.io/serviceaccount'

/**
 * The login of a kubeconfig's context by certificate, token or password. Undefined for everything else, faults included: the library
 * knows all of it, and takes forty megabytes and a third of a second to be loaded.
 */
export async function readPlainKubeconfig(path: string, context: string | undefined): Promise<Credentials | undefined> {
  try {
    const config = readYaml(await readFile(path, 'utf8'))
    const chosen = entry(config, 'contexts', context ?? textAt(config, 'current-context'))
    const cluster = entry(config, 'clusters', textAt(chosen, 'cluster'))
    const user = entry(config, 'users', textAt(chosen, 'user'))
    const server = textAt(cluster, 'server')?.replace(/\/$/, '') ?? ''
    if (!cluster || !user || !isPlain(user) || !server.startsWith('https://') || !URL.canParse(server)) return undefined
    const proxy = textAt(cluster, 'proxy-url')
    if (proxy?.startsWith('socks')) return undefined
    const directory = dirname(path)
    return {
      server,
      namespace: textAt(chosen, 'namespace') || 'default',
      tls: await tlsOf(cluster, user, directory),
      proxy,
      headers: headersOf(user, directory),
    }
  } catch {
    return undefined
  }
}

/** As kubectl writes it, where it does: the complete reader takes as long as the rest of a cold start's reading. */
function readYaml(text: string): Json {
  const documents = readPlainDocuments(text)
  return documents?.length === 1 && documents[0] ? documents[0].read() : (parse(text) as Json)
}

/** The service account of the Pod that Lockstep runs in; undefined outside of one. Its token is read again whenever it is asked for. */
export async function readPodLogin(
  env: Readonly<Record<string, string | undefined>>,
): Promise<Credentials | undefined> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env
  if (!host || !port) return undefined
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${port}`
  const read = (name: string) => readFile(`${POD}/${name}`, 'utf8')
  try {
    const [ca, namespace] = await Promise.all([read('ca.crt'), read('namespace')])
    await read('token')
    const headers = async () => ({ authorization: `Bearer ${(await read('token')).trim()}` })
    return { server, namespace: namespace.trim() || 'default', tls: { ca }, proxy: undefined, headers }
  } catch {
    return undefined
  }
}

/** Ways to log in that are no more than a text or a file. */
const PLAIN = new Set([
  'token',
  'tokenFile',
  'username',
  'password',
  'client-certificate',
  'client-certificate-data',
  'client-key',
  'client-key-data',
])

function isPlain(user: JsonObject): boolean {
  return Object.keys(user).every((key) => PLAIN.has(key))
}

async function tlsOf(cluster: JsonObject, user: JsonObject, directory: string): Promise<Credentials['tls']> {
  const given = {
    ca: await bytes(cluster, 'certificate-authority', directory),
    cert: await bytes(user, 'client-certificate', directory),
    key: await bytes(user, 'client-key', directory),
    servername: textAt(cluster, 'tls-server-name'),
    rejectUnauthorized: cluster['insecure-skip-tls-verify'] === true ? false : undefined,
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

/** What `<name>-data` holds, else the file that `<name>` says. */
async function bytes(entry: JsonObject, name: string, directory: string): Promise<Buffer | undefined> {
  const data = textAt(entry, `${name}-data`)
  if (data) return Buffer.from(data, 'base64')
  const file = textAt(entry, name)
  return file ? readFile(resolve(directory, file)) : undefined
}

/** A token file is read again whenever the login is asked for. */
function headersOf(user: JsonObject, directory: string): Credentials['headers'] {
  const [token, tokenFile, username] = ['token', 'tokenFile', 'username'].map((name) => textAt(user, name))
  if (token) return async () => ({ authorization: `Bearer ${token}` })
  if (tokenFile) {
    const read = () => readFile(resolve(directory, tokenFile), 'utf8')
    return async () => ({ authorization: `Bearer ${(await read()).trim()}` })
  }
  if (!username) return async () => ({})
  const basic = Buffer.from(`${username}:${textAt(user, 'password') ?? ''}`).toString('base64')
  return async () => ({ authorization: `Basic ${basic}` })
}

/** `{name, cluster: {…}}` in `clusters`: what stands beside the name. */
function entry(
  config: Json,
  list: 'contexts' | 'clusters' | 'users',
  name: string | undefined,
): JsonObject | undefined {
  const entries = isJsonObject(config) && Array.isArray(config[list]) ? (config[list] as readonly Json[]) : []
  const found = entries.filter(isJsonObject).find((one) => name !== undefined && one.name === name)
  const value = found?.[list.slice(0, -1)]
  return isJsonObject(value) ? value : undefined
}

function textAt(object: Json | undefined, name: string): string | undefined {
  const value = isJsonObject(object) ? object[name] : undefined
  return typeof value === 'string' ? value : undefined
}
