import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'

const ID = 'https://api.github.com/webhooks'
const description = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve('@octokit/webhooks-schemas/schema.json'), 'utf8'),
) as { readonly definitions: Readonly<Record<string, object>> }
const ajv = new Ajv({ strict: false, allErrors: true, logger: false })
;(addFormats as unknown as (ajv: Ajv) => void)(ajv)
ajv.addSchema({ ...description, $id: ID })
const validators = new Map<string, ValidateFunction>()

/** Every kind of webhook GitHub describes: `push`, `pull_request.opened`… */
export function webhookKinds(): string[] {
  return Object.keys(description.definitions)
    .filter((name) => name.includes('$'))
    .map((name) => name.replace(/\$event$/, '').replace('$', '.'))
}

/** What GitHub's schema does not allow about a payload; empty for a good one. */
export function webhookFaults(kind: string, payload: unknown): string[] {
  const [event, action = 'event'] = kind.split('.')
  const validate = validators.get(kind) ?? ajv.compile({ $ref: `${ID}#/definitions/${event}$${action}` })
  validators.set(kind, validate)
  if (validate(payload)) return []
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  )
}
