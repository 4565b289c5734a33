export const REASONS = {
  KUBECONFIG_INVALID: 'the kubeconfig is missing, unreadable or incomplete; correct the file or the context name',
  KUBECONFIG_RUNS_COMMAND:
    "the kubeconfig's user logs in by running a command; use a token or certificate, or allow it for this cluster",
  KUBECONFIG_COMMAND_FAILED:
    "the command by which the kubeconfig's user logs in failed or took too long; run it by hand with the environment it is given",
  CLUSTER_UNREACHABLE:
    "nothing answered at the cluster's address; check that it runs and that the network lets Lockstep through",
  CLUSTER_TIMEOUT:
    'the API server took the request and did not answer in time; check its load and its admission webhooks',
  CLUSTER_UNTRUSTED:
    "the certificate at the cluster's address is not the kubeconfig's; correct certificate-authority or the address",
  CLUSTER_LOGIN_REFUSED: 'the cluster does not accept the login; renew the token or certificate',
  CLUSTER_NOT_KUBERNETES: "what answers at the cluster's address is no Kubernetes API server; correct the address",
} as const
