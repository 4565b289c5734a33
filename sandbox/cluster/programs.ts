import { fileURLToPath } from 'node:url'

const KUBERNETES = '1.34.4'
const ETCD = '3.6.5'
const KWOK = '0.8.0'

/** Folder name in the cache: another version is another folder. */
export const CONTROL_PLANE_VERSION = `kubernetes-${KUBERNETES}_etcd-${ETCD}_kwok-${KWOK}`

/** A program and where its source is pinned: a package of a Go module whose go.mod and go.sum stand beside this file. */
export interface Program {
  readonly name: string
  /** Absolute folder of the module. */
  readonly module: string
  readonly package: string
  /** Instead of the control plane's. */
  readonly linkerFlags?: string
}

const kubernetes = fileURLToPath(new URL('control-plane/kubernetes', import.meta.url))
const kwok = fileURLToPath(new URL('control-plane/kwok', import.meta.url))

export const PROGRAMS = {
  etcd: { name: 'etcd', module: kubernetes, package: 'go.etcd.io/etcd/server/v3' },
  apiserver: { name: 'kube-apiserver', module: kubernetes, package: 'k8s.io/kubernetes/cmd/kube-apiserver' },
  controllers: {
    name: 'kube-controller-manager',
    module: kubernetes,
    package: 'k8s.io/kubernetes/cmd/kube-controller-manager',
  },
  scheduler: { name: 'kube-scheduler', module: kubernetes, package: 'k8s.io/kubernetes/cmd/kube-scheduler' },
  kubectl: { name: 'kubectl', module: kubernetes, package: 'k8s.io/kubernetes/cmd/kubectl' },
  kwok: { name: 'kwok', module: kwok, package: 'sigs.k8s.io/kwok/cmd/kwok' },
} as const satisfies Record<string, Program>

/** Without a stamp the programs call themselves `v0.0.0-master+$Format:%H$`, which kubectl cannot read. */
export const LINKER_FLAGS = [
  '-s',
  '-w',
  ...['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap((variables) => [
    `-X=${variables}.gitVersion=v${KUBERNETES}`,
    `-X=${variables}.gitMajor=${KUBERNETES.split('.')[0]}`,
    `-X=${variables}.gitMinor=${KUBERNETES.split('.')[1]}`,
  ]),
].join(' ')
