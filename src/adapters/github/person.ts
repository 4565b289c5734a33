import type { Person } from '../../model/github.ts'

/** `null` is what GitHub gives for accounts that are gone; it shows them as ghost. */
export function personOf(user: { login: string; type?: string } | null | undefined): Person {
  return user ? { login: user.login, bot: user.type === 'Bot' } : { login: 'ghost', bot: false }
}
