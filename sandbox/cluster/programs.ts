import { fileURLToPath } from 'node:url'
import { DEFAULT_MINOR, type Minor, pinOf } from './minors.ts'

const KWOK = '0.8.0'

/** A program and where its source is pinned: a package of a Go module whose go.mod and go.sum stand beside this file. */
export interface Program {
  readonly name: string
  /** Absolute folder of the module. */
  readonly module: string
  readonly package: string
  /** `-s -w` where absent. */
  readonly linkerFlags?: string
}

/** Every program of a control plane by what it is to us. */
export type Programs = Readonly<
  Record<'etcd' | 'apiserver' | 'controllers' | 'scheduler' | 'kubectl' | 'kwok', Program>
>

/** Folder name in the cache: another version is another folder. */
export function controlPlaneVersion(minor: Minor): string {
  const { kubernetes, etcd } = pinOf(minor)
  return `kubernetes-${kubernetes}_etcd-${etcd}_kwok-${KWOK}`
}

export function programsOf(minor: Minor): Programs {
  const module = folder(minor)
  const linkerFlags = stamp(pinOf(minor).kubernetes)
  const ofKubernetes = (name: string) => ({ name, module, package: `k8s.io/kubernetes/cmd/${name}`, linkerFlags })
  return {
    etcd: { name: 'etcd', module, package: 'go.etcd.io/etcd/server/v3' },
    apiserver: ofKubernetes('kube-apiserver'),
    controllers: ofKubernetes('kube-controller-manager'),
    scheduler: ofKubernetes('kube-scheduler'),
    kubectl: ofKubernetes('kubectl'),
    kwok: { name: 'kwok', module: folder('kwok'), package: 'sigs.k8s.io/kwok/cmd/kwok' },
  }
}

export const CONTROL_PLANE_VERSION = controlPlaneVersion(DEFAULT_MINOR)
export const PROGRAMS = programsOf(DEFAULT_MINOR)

function folder(name: string): string {
  return fileURLToPath(new URL(`control-plane/${name}`, import.meta.url))
}

/** Without a stamp the programs call themselves `v0.0.0-master+$Format:%H$`, which kubectl cannot read. */
function stamp(version: string): string {
  const [major, minor] = version.split('.')
  const variables = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']
  const stamps = variables.flatMap((variable) => [
    `-X=${variable}.gitVersion=v${version}`,
    `-X=${variable}.gitMajor=${major}`,
    `-X=${variable}.gitMinor=${minor}`,
  ])
  return ['-s', '-w', ...stamps].join(' ')
}
