import { applicationHealth, applicationSetHealth } from './argo-cd.ts'
import { analysisHealth, rolloutHealth } from './argo-rollouts.ts'
import { autoscalerHealth } from './autoscaling.ts'
import { acmeHealth, certificateHealth, certificateRequestHealth, issuerHealth } from './cert-manager.ts'
import { conditionsHealth } from './conditions.ts'
import { definitionOfComposites, packageHealth } from './crossplane.ts'
import { apiServiceHealth, definitionHealth } from './definitions.ts'
import { disruptionBudgetHealth } from './disruption.ts'
import { fluxHealth } from './flux.ts'
import { gatewayClassHealth, gatewayHealth, routeHealth } from './gateway.ts'
import { cronJobHealth, jobHealth } from './jobs.ts'
import { knativeHealth } from './knative.ts'
import { serviceHealth } from './network.ts'
import { podHealth } from './pods.ts'
import { snapshotHealth, volumeClaimHealth, volumeHealth } from './storage.ts'
import { HEALTHY, type HealthRule } from './verdict.ts'
import { daemonSetHealth, deploymentHealth, replicaSetHealth, statefulSetHealth } from './workloads.ts'

/** By `group/Kind`, whatever the version. */
const KINDS: ReadonlyMap<string, HealthRule> = new Map([
  ['apps/Deployment', deploymentHealth],
  ['apps/StatefulSet', statefulSetHealth],
  ['apps/DaemonSet', daemonSetHealth],
  ['apps/ReplicaSet', replicaSetHealth],
  ['/ReplicationController', replicaSetHealth],
  ['batch/Job', jobHealth],
  ['batch/CronJob', cronJobHealth],
  ['/Pod', podHealth],
  ['/PersistentVolumeClaim', volumeClaimHealth],
  ['/PersistentVolume', volumeHealth],
  ['snapshot.storage.k8s.io/VolumeSnapshot', snapshotHealth],
  ['/Service', serviceHealth],
  ['networking.k8s.io/Ingress', () => HEALTHY],
  ['autoscaling/HorizontalPodAutoscaler', autoscalerHealth],
  ['policy/PodDisruptionBudget', disruptionBudgetHealth],
  ['apiextensions.k8s.io/CustomResourceDefinition', definitionHealth],
  ['apiregistration.k8s.io/APIService', apiServiceHealth],
  ['argoproj.io/Rollout', rolloutHealth],
  ['argoproj.io/AnalysisRun', analysisHealth],
  ['argoproj.io/Experiment', analysisHealth],
  ['argoproj.io/Application', applicationHealth],
  ['argoproj.io/ApplicationSet', applicationSetHealth],
  ['cert-manager.io/Certificate', certificateHealth],
  ['cert-manager.io/CertificateRequest', certificateRequestHealth],
  ['cert-manager.io/Issuer', issuerHealth],
  ['cert-manager.io/ClusterIssuer', issuerHealth],
  ['acme.cert-manager.io/Order', acmeHealth],
  ['acme.cert-manager.io/Challenge', acmeHealth],
  ['pkg.crossplane.io/Provider', packageHealth],
  ['pkg.crossplane.io/Configuration', packageHealth],
  ['pkg.crossplane.io/Function', packageHealth],
  ['apiextensions.crossplane.io/CompositeResourceDefinition', definitionOfComposites],
  ['gateway.networking.k8s.io/GatewayClass', gatewayClassHealth],
  ['gateway.networking.k8s.io/Gateway', gatewayHealth],
  ['gateway.networking.k8s.io/HTTPRoute', routeHealth],
  ['gateway.networking.k8s.io/GRPCRoute', routeHealth],
  ['gateway.networking.k8s.io/TCPRoute', routeHealth],
  ['gateway.networking.k8s.io/TLSRoute', routeHealth],
  ['gateway.networking.k8s.io/UDPRoute', routeHealth],
])

/** Projects whose every kind keeps the same conditions. */
const GROUPS: readonly { readonly group: RegExp; readonly rule: HealthRule }[] = [
  { group: /\.toolkit\.fluxcd\.io$/, rule: fluxHealth },
  { group: /^(serving|eventing|messaging|sources|flows)\.knative\.dev$/, rule: knativeHealth },
]

export function builtInRule(group: string, kind: string): HealthRule {
  return KINDS.get(`${group}/${kind}`) ?? GROUPS.find((one) => one.group.test(group))?.rule ?? conditionsHealth
}
