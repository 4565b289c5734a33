package main

import "sigs.k8s.io/kustomize/api/provenance"

// kustomizeVersion is e.g. `v5.8.1`: that of the linked command, from the build information, as `kustomize version` has it.
func kustomizeVersion() string {
	return provenance.GetProvenance().Semver()
}
