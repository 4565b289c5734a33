import type { Caller } from './caller.ts'
import { badCredentials, notAccessible, Refusal } from './refusal.ts'
import type { Audience } from './route.ts'

/** What a route outside any repository answers to a caller it is not for; undefined when it is welcome. */
export function acceptedBy(caller: Caller, audience: Audience): Refusal | undefined {
  if (audience === 'anyone') return undefined
  if (audience === 'app') return caller.kind === 'app' ? undefined : appOnly(caller)
  if (caller.kind === 'app') return badCredentials()
  if (caller.kind === 'anonymous') return new Refusal(401, 'Requires authentication')
  return audience === 'authenticated' || audience === caller.kind ? undefined : notAccessible()
}

function appOnly(caller: Caller): Refusal {
  const message = caller.kind === 'anonymous' ? 'Requires authentication' : 'A JSON web token could not be decoded'
  return new Refusal(401, message)
}
