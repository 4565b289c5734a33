/**
 * Command lines of the control plane. All paths are relative to the cluster's own directory, in which the programs run; etcd listens on
 * sockets there (`etcd:1` is a file), so that the API server's is the only port. Each flag was tried without: it is needed.
 */
export function etcdArguments(): string[] {
  return [
    '--data-dir=etcd',
    '--listen-client-urls=unix://etcd:1',
    '--advertise-client-urls=unix://etcd:1',
    '--listen-peer-urls=unix://etcd:2',
    '--initial-advertise-peer-urls=unix://etcd:2',
    '--initial-cluster=default=unix://etcd:2',
    '--unsafe-no-fsync',
  ]
}

export function apiserverArguments(port: number): string[] {
  return [
    '--etcd-servers=unix://etcd:1',
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${port}`,
    '--cert-dir=certificates',
    '--service-account-issuer=https://kubernetes.default.svc',
    '--service-account-key-file=service-account.key',
    '--service-account-signing-key-file=service-account.key',
    '--token-auth-file=tokens.csv',
    '--anonymous-auth=false',
    // Without it everything is allowed to everyone.
    '--authorization-mode=RBAC',
    // Pods would need a ServiceAccount `default` before there is one, and nodes without heartbeats would stay tainted.
    '--disable-admission-plugins=ServiceAccount,TaintNodesByCondition',
    '--service-cluster-ip-range=10.96.0.0/16',
    '--endpoint-reconciler-type=none',
  ]
}

export function controllerArguments(): string[] {
  return [
    '--kubeconfig=kubeconfig',
    '--service-account-private-key-file=service-account.key',
    // Nobody sends a node's heartbeats.
    '--controllers=*,-node-lifecycle-controller,-taint-eviction-controller',
    ...singleInstance,
  ]
}

export function schedulerArguments(): string[] {
  return ['--kubeconfig=kubeconfig', ...singleInstance]
}

export function kwokArguments(stages: string): string[] {
  return ['--kubeconfig=kubeconfig', '--manage-all-nodes', `--config=${stages}`]
}

const singleInstance = ['--leader-elect=false', '--secure-port=0', '--kube-api-qps=1000', '--kube-api-burst=2000']
