export const REASONS = {
  SANDBOX_NO_GO:
    'the control plane is not in the cache and cannot be built without Go; install Go or set KUBEBUILDER_ASSETS',
  SANDBOX_BUILD_FAILED: 'Go could not build a part of the control plane; read the output it names and run again',
  SANDBOX_ASSETS_INCOMPLETE: 'KUBEBUILDER_ASSETS names a folder without etcd or kube-apiserver; correct or unset it',
  SANDBOX_UNKNOWN_MINOR: 'LOCKSTEP_KUBERNETES names a minor whose sources are not pinned here; correct or unset it',
  SANDBOX_START_FAILED: 'a part of the control plane ended or did not get ready; read its log and run again',
} as const
