/**
 * Field managers of tools that kept clusters in step before Lockstep did. Objects they made are migrated when a target first applies
 * them: what those tools set becomes ours, so what Git lacks goes. A restart's annotation (`kubectl-rollout`) stays: taking it out would
 * restart the Pods.
 */
const EARLIER_TOOLS: readonly RegExp[] = [
  /^kubectl(?!-rollout$)(?:-|$)/,
  /^before-first-apply$/,
  /^(?:helm|Helm|fleetagent|fleet-agent)$/,
  /^(?:kustomize-controller|helm-controller|gotk-.*|flux|flux-operator)$/,
  /^(?:argocd|argocd-controller|argocd-application-controller|argocd-server)$/,
  /^(?:kapp|kapp-server-side-apply|kapp-controller)$/,
  /^(?:HashiCorp|Terraform|terraform-provider-.*|opentofu|OpenTofu)$/,
  /^pulumi(?:-.*)?$/,
]

/** True for those tools and for what the configuration adds (`*` at the end matches any rest). */
export function isEarlierTool(manager: string, more: readonly string[] = []): boolean {
  return EARLIER_TOOLS.some((pattern) => pattern.test(manager)) || more.some((pattern) => matches(pattern, manager))
}

function matches(pattern: string, manager: string): boolean {
  return pattern.endsWith('*') ? manager.startsWith(pattern.slice(0, -1)) : manager === pattern
}
