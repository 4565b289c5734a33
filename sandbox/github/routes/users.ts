import { ok } from '../http/answer.ts'
import { page } from '../http/pages.ts'
import { notAccessible, notFound } from '../http/refusal.ts'
import { globalRoute, param, type Route } from '../http/route.ts'
import { roleOf } from '../repositories/roles.ts'
import { profileView } from '../views/account.ts'
import { listedRepositoryView } from '../views/repository.ts'
import { refuse } from './find.ts'

export const userRoutes: readonly Route[] = [
  globalRoute('GET', '/user', 'authenticated', (call) => {
    if (call.caller.kind !== 'user') throw notAccessible()
    return ok({ ...profileView(call.world, call.caller.account), email: call.caller.account.email })
  }),

  globalRoute('GET', '/user/repos', 'authenticated', (call) => {
    const { caller, world } = call
    if (caller.kind !== 'user') throw notAccessible()
    const own = [...world.repositories.values()].filter((one) => roleOf(world, one, caller.account) !== undefined)
    return page(call, own, (one) => listedRepositoryView(world, one, caller))
  }),

  globalRoute('GET', '/users/:username', 'anyone', (call) =>
    ok(profileView(call.world, call.world.account(param(call, 'username')) ?? refuse(notFound()))),
  ),
]
