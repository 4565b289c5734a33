import { ok } from '../http/answer.ts'
import { notAccessible, notFound } from '../http/refusal.ts'
import { globalRoute, param, type Route } from '../http/route.ts'
import { profileView } from '../views/account.ts'
import { refuse } from './find.ts'

export const userRoutes: readonly Route[] = [
  globalRoute('GET', '/user', 'authenticated', (call) => {
    if (call.caller.kind !== 'user') throw notAccessible()
    return ok({ ...profileView(call.world, call.caller.account), email: call.caller.account.email })
  }),

  globalRoute('GET', '/users/:username', 'anyone', (call) =>
    ok(profileView(call.world, call.world.account(param(call, 'username')) ?? refuse(notFound()))),
  ),
]
