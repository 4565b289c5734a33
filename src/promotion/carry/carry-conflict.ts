import { LockstepError } from '../../model/errors.ts'
import type { TreeEntry } from '../../model/tree.ts'

/** CARRY_CONFLICT: the values cannot be carried for the reason given. */
export function carryConflict(file: string, what: string): LockstepError {
  const remedy = 'Make them agree, or give this environment a directory of its own.'
  return new LockstepError({ code: 'CARRY_CONFLICT', message: `The values cannot be carried: ${what}.`, file, remedy })
}

/** FIELD_IS_SHARED: carrying the field would change others, too. */
export function fieldIsShared(
  file: string,
  line: number | undefined,
  field: string,
  others: readonly string[],
): LockstepError {
  return new LockstepError({
    code: 'FIELD_IS_SHARED',
    message: `${field} is set in a place that ${others.join(', ')} ${others.length === 1 ? 'builds' : 'build'} on, too.`,
    file,
    ...(line !== undefined && { line }),
    remedy: 'Set it in a directory that this environment alone builds on.',
  })
}

/** Throws FILE_IS_LINK for anything but a plain file. */
export function refuseLink(entry: Pick<TreeEntry, 'mode'> | undefined, file: string): void {
  if (entry === undefined || entry.mode.startsWith('100')) return
  throw new LockstepError({
    code: 'FILE_IS_LINK',
    message: 'A promotion would carry this path, and it is not a plain file.',
    file,
    remedy: 'Put a plain file there.',
  })
}
