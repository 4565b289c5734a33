import type { OrderConfig } from '../../config/repository-config.ts'
import type { Target } from '../../model/target.ts'

/** Targets of one environment and cluster so that each comes after those that the order puts before it; else as they stand. */
export function inOrder(targets: readonly Target[], order: OrderConfig): Target[] {
  const byName = new Map(targets.map((target) => [target.application, target]))
  const sorted = new Set<Target>()
  const seen = new Set<string>()
  const visit = (name: string) => {
    if (seen.has(name)) return
    seen.add(name)
    for (const before of Object.hasOwn(order, name) ? (order[name] ?? []) : []) visit(before)
    const target = byName.get(name)
    if (target) sorted.add(target)
  }
  for (const { application } of targets) visit(application)
  return [...sorted]
}
