import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Json, JsonObject } from '../../src/model/json.ts'
import { type HttpSite, startSite } from './http-site.ts'

export interface AdmissionWebhook {
  /** For `clientConfig` of a webhook configuration. */
  readonly clientConfig: JsonObject
  /** Dry runs and others that it was asked about. */
  readonly asked: { readonly name: string; readonly dryRun: boolean }[]
  stop(): Promise<void>
}

/** A JSON patch for the object, or why it is refused. */
export type Verdict = { readonly patch: readonly JsonObject[] } | { readonly refusal: string }

/** An admission webhook on loopback, with a certificate of its own, for a real API server. */
export async function startAdmissionWebhook(judge: (object: JsonObject) => Verdict): Promise<AdmissionWebhook> {
  const asked: { name: string; dryRun: boolean }[] = []
  const { tls, caBundle } = await selfSigned()
  const site: HttpSite = await startSite(
    async (request, response) => {
      const { apiVersion, kind, request: review } = JSON.parse(await bodyOf(request)) as Review
      asked.push({ name: review.name, dryRun: review.dryRun === true })
      const answer = { apiVersion, kind, response: { uid: review.uid, ...answerOf(judge(review.object)) } }
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
    },
    { tls },
  )
  return { clientConfig: { url: `${site.url}/`, caBundle }, asked, stop: () => site.stop() }
}

interface Review {
  readonly apiVersion: string
  readonly kind: string
  readonly request: {
    readonly uid: string
    readonly name: string
    readonly dryRun?: boolean
    readonly object: JsonObject
  }
}

function answerOf(verdict: Verdict): JsonObject {
  if ('refusal' in verdict) return { allowed: false, status: { message: verdict.refusal } }
  const patch = Buffer.from(JSON.stringify(verdict.patch)).toString('base64')
  return { allowed: true, ...(verdict.patch.length > 0 && { patchType: 'JSONPatch', patch }) }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

async function selfSigned() {
  const directory = await mkdtemp(join(tmpdir(), 'lockstep-webhook-'))
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(directory, name)) as [string, string]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2']
  const pair = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out', cert]
  execFileSync('openssl', ['req', '-x509', ...pair, ...subject], { stdio: 'pipe' })
  const tls = { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') }
  await rm(directory, { recursive: true })
  return { tls, caBundle: Buffer.from(tls.cert).toString('base64') }
}

/** `kind` is Mutating or Validating; it is asked about ConfigMaps of one namespace. */
export function webhookConfiguration(
  kind: 'Mutating' | 'Validating',
  name: string,
  namespace: string,
  options: { clientConfig: Json },
): JsonObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: `${kind}WebhookConfiguration`,
    metadata: { name },
    webhooks: [
      {
        name: `${name}.example.com`,
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        failurePolicy: 'Fail',
        timeoutSeconds: 5,
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'], operations: ['CREATE', 'UPDATE'] }],
        ...options,
      },
    ],
  }
}
