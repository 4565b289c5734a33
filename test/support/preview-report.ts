import type { Problem } from '../../src/model/errors.ts'
import type { Manifest } from '../../src/model/manifest.ts'
import { diffManifests } from '../../src/model/manifest-diff.ts'
import { createMask } from '../../src/model/mask-secrets.ts'
import type { DriftEntry } from '../../src/model/target-status.ts'
import type { EnvironmentDrift } from '../../src/preview/drift-facts.ts'
import { decideGate } from '../../src/preview/gate-verdict.ts'
import { groupChanges } from '../../src/preview/group-changes.ts'
import { maskChanges } from '../../src/preview/mask-changes.ts'
import type { OverlayPreview } from '../../src/preview/overlay-preview.ts'
import type { PreviewReport } from '../../src/preview/preview-report.ts'

/** The preview of one overlay from what it renders on both sides. */
export function overlayPreview(
  application: string,
  environment: string,
  sides: { before?: readonly Manifest[]; after?: readonly Manifest[]; problems?: Problem[]; baseProblems?: Problem[] },
): OverlayPreview {
  const { before = [], after = [], problems = [], baseProblems = [] } = sides
  const changes =
    problems.length > 0 ? [] : maskChanges(diffManifests(before, after), createMask([...before, ...after]))
  const status = problems.length > 0 ? 'error' : changes.length > 0 ? 'changed' : 'unchanged'
  const overlay = { application, environment, path: `apps/${application}/overlays/${environment}` }
  return { overlay, status, problems, baseProblems, changes, resolutions: [] }
}

export function previewReport(overlays: readonly OverlayPreview[], more: Partial<PreviewReport> = {}): PreviewReport {
  const { verdict, ...parts } = more
  const report = {
    base: 'b'.repeat(40),
    head: 'a'.repeat(40),
    stages: [],
    overlays,
    groups: groupChanges(overlays),
    drift: [],
    hideLive: false,
    problems: [],
    conflicts: [],
    notes: [],
    gates: [],
    ...parts,
  }
  return { ...report, verdict: verdict ?? decideGate(report) }
}

export function environmentDrift(
  environment: string,
  entries: readonly Partial<DriftEntry>[],
  more: Partial<EnvironmentDrift> & { lasting?: boolean; application?: string } = {},
): EnvironmentDrift {
  const { lasting = true, application = 'checkout', ...parts } = more
  const findings = entries.map((entry, index) => ({
    target: { application, environment, cluster: environment },
    entry: { ...replicasDrift, ...entry },
    id: `drift-${index}`,
    lasting,
    lastingAt: '2026-11-20T14:02:10.000Z',
  }))
  return { environment, policy: 'report', blocks: true, findings, unknown: [], standing: [], ...parts }
}

const replicasDrift: DriftEntry = {
  object: 'Deployment/checkout',
  namespace: 'prod',
  path: '.spec.replicas',
  desired: '6',
  live: '8',
  manager: 'kubectl-scale',
  since: '2026-11-20T14:02:00Z',
}
