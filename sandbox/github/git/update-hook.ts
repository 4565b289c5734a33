/**
 * What a push may not do is decided before git sees it, except where it depends on the pushed objects. The verdicts reach the
 * hook in LOCAL_GITHUB_REFUSALS, one a line: ref, kind (`always`, `rewind`, `workflows`), text, separated by tabs; `*` is every ref.
 */
export type RefusalKind = 'always' | 'rewind' | 'workflows'

export interface PushRefusal {
  readonly ref: string
  readonly kind: RefusalKind
  readonly text: string
}

export function printRefusals(refusals: readonly PushRefusal[]): string {
  return refusals.map(({ ref, kind, text }) => `${ref}\t${kind}\t${text}`).join('\n')
}

export const UPDATE_HOOK = `#!/bin/sh
name=$1 old=$2 new=$3
zero=0000000000000000000000000000000000000000
tab=$(printf '\\t')

refuse() {
  echo "error: $1" >&2
  exit 1
}

rewinds() {
  [ "$old" != $zero ] && [ "$new" != $zero ] && ! git merge-base --is-ancestor "$old" "$new"
}

touches_workflows() {
  [ "$new" != $zero ] || return 1
  [ -n "$(git log --format= --name-only "$new" --not --all -- .github/workflows)" ]
}

printf '%s\\n' "$LOCAL_GITHUB_REFUSALS" | while IFS=$tab read -r ref kind text; do
  [ "$ref" = "$name" ] || [ "$ref" = '*' ] || continue
  case $kind in
    always) refuse "$text" ;;
    rewind) if rewinds; then refuse "$text"; fi ;;
    workflows) if touches_workflows; then refuse "$text"; fi ;;
  esac
done || exit 1
`
