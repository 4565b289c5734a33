import { plural } from '../drift-words.ts'
import type { ChangeGroup } from '../group-changes.ts'
import type { PreviewReport } from '../preview-report.ts'
import { code, plain } from './inert.ts'
import type { Section } from './section.ts'
import { describeFact, describeOverlays } from './words.ts'

const MOST_FACTS = 40

/** Each change once, with every overlay it happens in. */
export function groupedChanges({ groups }: PreviewReport): Section {
  return {
    name: 'changes',
    head: '',
    items: groups.map(describeGroup),
    total: groups.length,
    rest: (count) => `… and ${plural(count, 'more change', 'more changes')}: see the checks of each environment.`,
    between: '\n\n',
    share: 0.5,
  }
}

function describeGroup({ overlays, changes }: ChangeGroup): string {
  const same = overlays.length > 1 ? `: the same change in ${plural(overlays.length, 'overlay', 'overlays')}` : ''
  const facts = changes.flatMap((change) => change.facts)
  const left = facts.length - MOST_FACTS
  const lines = [
    `**${plain(describeOverlays(overlays))}**${same}`,
    ...facts.slice(0, MOST_FACTS).map((fact) => `- ${describeFact(fact)}`),
    ...changes.flatMap(({ object, followers }) =>
      followers.length > 0 ? [`- ${code(object)} is generated, so ${followerNames(followers)} rolls`] : [],
    ),
    ...(left > 0 ? [`- … and ${plural(left, 'more field', 'more fields')}`] : []),
  ]
  return lines.join('\n')
}

function followerNames(followers: readonly string[]): string {
  const shown = followers.slice(0, 5).map(code).join(', ')
  return followers.length > 5 ? `${shown} and ${followers.length - 5} more` : shown
}
