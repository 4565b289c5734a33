/** Whose published OpenAPI the table below is made from. */
export const KUBERNETES_VERSION = 'v1.34.4'

/**
 * How the API server tells items of lists apart, one line a field: `type field rule type`. `map(…)` names the keys with the values
 * it fills in, `set` compares values; `.`, `[]` and `{}` lead to members, items and values on the way to such a list. Made by
 * tools/kubernetes; `UPDATE_DOCS=1 node tools/run-jest.mjs test/model/kubernetes-lists` refreshes it.
 */
export const KUBERNETES_LISTS = `
/v1/ComponentStatus conditions map(type)
/v1/Node spec . core.v1.NodeSpec
/v1/Pod spec . core.v1.PodSpec
/v1/PodTemplate template . core.v1.PodTemplateSpec
/v1/ReplicationController spec . core.v1.ReplicationControllerSpec
/v1/Service spec . core.v1.ServiceSpec
/v1/ServiceAccount secrets map(name)
admissionregistration.k8s.io/v1/MutatingWebhookConfiguration webhooks map(name) admissionregistration.v1.MutatingWebhook
admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy spec . admissionregistration.v1.ValidatingAdmissionPolicySpec
admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding spec . admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec
admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration webhooks map(name) admissionregistration.v1.ValidatingWebhook
admissionregistration.v1.MutatingWebhook matchConditions map(name)
admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec validationActions set
admissionregistration.v1.ValidatingAdmissionPolicySpec matchConditions map(name)
admissionregistration.v1.ValidatingAdmissionPolicySpec variables map(name)
admissionregistration.v1.ValidatingWebhook matchConditions map(name)
apiextensions.k8s.io/v1/CustomResourceDefinition spec . apiextensions.v1.CustomResourceDefinitionSpec
apiextensions.v1.CustomResourceDefinitionSpec versions [] apiextensions.v1.CustomResourceDefinitionVersion
apiextensions.v1.CustomResourceDefinitionVersion schema . apiextensions.v1.CustomResourceValidation
apiextensions.v1.CustomResourceValidation openAPIV3Schema . apiextensions.v1.JSONSchemaProps
apiextensions.v1.JSONSchemaProps allOf [] apiextensions.v1.JSONSchemaProps
apiextensions.v1.JSONSchemaProps anyOf [] apiextensions.v1.JSONSchemaProps
apiextensions.v1.JSONSchemaProps definitions {} apiextensions.v1.JSONSchemaProps
apiextensions.v1.JSONSchemaProps not . apiextensions.v1.JSONSchemaProps
apiextensions.v1.JSONSchemaProps oneOf [] apiextensions.v1.JSONSchemaProps
apiextensions.v1.JSONSchemaProps patternProperties {} apiextensions.v1.JSONSchemaProps
apiextensions.v1.JSONSchemaProps properties {} apiextensions.v1.JSONSchemaProps
apiextensions.v1.JSONSchemaProps x-kubernetes-validations map(rule)
apps.v1.DaemonSetSpec template . core.v1.PodTemplateSpec
apps.v1.DeploymentSpec template . core.v1.PodTemplateSpec
apps.v1.ReplicaSetSpec template . core.v1.PodTemplateSpec
apps.v1.StatefulSetSpec template . core.v1.PodTemplateSpec
apps.v1.StatefulSetSpec volumeClaimTemplates [] core.v1.PersistentVolumeClaim
apps/v1/DaemonSet spec . apps.v1.DaemonSetSpec
apps/v1/Deployment spec . apps.v1.DeploymentSpec
apps/v1/ReplicaSet spec . apps.v1.ReplicaSetSpec
apps/v1/StatefulSet spec . apps.v1.StatefulSetSpec
batch.v1.CronJobSpec jobTemplate . batch.v1.JobTemplateSpec
batch.v1.JobSpec podFailurePolicy . batch.v1.PodFailurePolicy
batch.v1.JobSpec template . core.v1.PodTemplateSpec
batch.v1.JobTemplateSpec metadata . meta.v1.ObjectMeta
batch.v1.JobTemplateSpec spec . batch.v1.JobSpec
batch.v1.PodFailurePolicy rules [] batch.v1.PodFailurePolicyRule
batch.v1.PodFailurePolicyOnExitCodesRequirement values set
batch.v1.PodFailurePolicyRule onExitCodes . batch.v1.PodFailurePolicyOnExitCodesRequirement
batch/v1/CronJob spec . batch.v1.CronJobSpec
batch/v1/Job spec . batch.v1.JobSpec
core.v1.Container env map(name)
core.v1.Container ports map(containerPort,protocol=TCP)
core.v1.Container resources . core.v1.ResourceRequirements
core.v1.Container restartPolicyRules [] core.v1.ContainerRestartRule
core.v1.Container volumeDevices map(devicePath)
core.v1.Container volumeMounts map(mountPath)
core.v1.ContainerRestartRule exitCodes . core.v1.ContainerRestartRuleOnExitCodes
core.v1.ContainerRestartRuleOnExitCodes values set
core.v1.EphemeralContainer env map(name)
core.v1.EphemeralContainer ports map(containerPort,protocol=TCP)
core.v1.EphemeralContainer resources . core.v1.ResourceRequirements
core.v1.EphemeralContainer restartPolicyRules [] core.v1.ContainerRestartRule
core.v1.EphemeralContainer volumeDevices map(devicePath)
core.v1.EphemeralContainer volumeMounts map(mountPath)
core.v1.EphemeralVolumeSource volumeClaimTemplate . core.v1.PersistentVolumeClaimTemplate
core.v1.NodeSpec podCIDRs set
core.v1.PersistentVolumeClaimTemplate metadata . meta.v1.ObjectMeta
core.v1.PodSpec containers map(name) core.v1.Container
core.v1.PodSpec ephemeralContainers map(name) core.v1.EphemeralContainer
core.v1.PodSpec hostAliases map(ip)
core.v1.PodSpec imagePullSecrets map(name)
core.v1.PodSpec initContainers map(name) core.v1.Container
core.v1.PodSpec resourceClaims map(name)
core.v1.PodSpec resources . core.v1.ResourceRequirements
core.v1.PodSpec schedulingGates map(name)
core.v1.PodSpec topologySpreadConstraints map(topologyKey,whenUnsatisfiable)
core.v1.PodSpec volumes map(name) core.v1.Volume
core.v1.PodTemplateSpec metadata . meta.v1.ObjectMeta
core.v1.PodTemplateSpec spec . core.v1.PodSpec
core.v1.ReplicationControllerSpec template . core.v1.PodTemplateSpec
core.v1.ResourceRequirements claims map(name)
core.v1.ServiceSpec ports map(port,protocol=TCP)
core.v1.Volume ephemeral . core.v1.EphemeralVolumeSource
discovery.k8s.io/v1/EndpointSlice endpoints [] discovery.v1.Endpoint
discovery.v1.Endpoint addresses set
flowcontrol.apiserver.k8s.io/v1/FlowSchema spec . flowcontrol.v1.FlowSchemaSpec
flowcontrol.v1.FlowSchemaSpec rules [] flowcontrol.v1.PolicyRulesWithSubjects
flowcontrol.v1.NonResourcePolicyRule nonResourceURLs set
flowcontrol.v1.NonResourcePolicyRule verbs set
flowcontrol.v1.PolicyRulesWithSubjects nonResourceRules [] flowcontrol.v1.NonResourcePolicyRule
flowcontrol.v1.PolicyRulesWithSubjects resourceRules [] flowcontrol.v1.ResourcePolicyRule
flowcontrol.v1.ResourcePolicyRule apiGroups set
flowcontrol.v1.ResourcePolicyRule namespaces set
flowcontrol.v1.ResourcePolicyRule resources set
flowcontrol.v1.ResourcePolicyRule verbs set
meta.v1.ObjectMeta finalizers set
meta.v1.ObjectMeta ownerReferences map(uid)
resource.k8s.io/v1/ResourceClaimTemplate spec . resource.v1.ResourceClaimTemplateSpec
resource.v1.ResourceClaimTemplateSpec metadata . meta.v1.ObjectMeta
storage.k8s.io/v1/CSIDriver spec . storage.v1.CSIDriverSpec
storage.k8s.io/v1/CSINode spec . storage.v1.CSINodeSpec
storage.v1.CSIDriverSpec volumeLifecycleModes set
storage.v1.CSINodeSpec drivers map(name)
`
