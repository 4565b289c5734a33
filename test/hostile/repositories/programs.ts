import { CONFIG_MAP, type Hostile, kustomization, refused, WEB } from '../hostile.ts'

const T = `${WEB}/t.yaml`

function plugin(what: string, text: string, field = 'transformers'): Hostile {
  return kustomization(what, `${field}: [t.yaml]\nresources: [settings.yaml]\n`, refused('PLUGIN_REFUSED', `${T}:1`), {
    files: { [T]: text, [`${WEB}/run.sh`]: '#!/bin/sh\necho "$CANARY" > /dev/tcp/127.0.0.1/1\n' },
  })
}

const withFunction = (key: string, does: string) =>
  `apiVersion: example.com/v1\nkind: Wish\nmetadata:\n  name: wish\n  annotations:\n    ${key}: |\n      ${does}\n`

/** Programs that a repository would have run. */
export const programs: readonly Hostile[] = [
  plugin('an exec function', withFunction('config.kubernetes.io/function', 'exec: { path: ./run.sh }')),
  plugin('an exec function, in the short spelling', withFunction('config.k8s.io/function', 'exec: { path: ./run.sh }')),
  plugin(
    'a container function',
    withFunction('config.kubernetes.io/function', 'container: { image: evil, network: true }'),
    'generators',
  ),
  plugin(
    'a Starlark function',
    withFunction('config.kubernetes.io/function', 'starlark: { path: x.star }'),
    'validators',
  ),
  plugin('a plugin of Go', 'apiVersion: someteam.example.com/v1\nkind: SedTransformer\nmetadata: { name: x }\n'),
  plugin(
    'a plugin that calls itself builtin',
    withFunction('config.kubernetes.io/function', 'exec: { path: ./run.sh }').replace('example.com/v1', 'builtin'),
  ),
  kustomization(
    'a plugin among others in a directory',
    'transformers: [../../t]\nresources: [settings.yaml]\n',
    refused('PLUGIN_REFUSED', 'apps/t/t.yaml:1'),
    {
      files: {
        'apps/t/kustomization.yaml': 'resources: [t.yaml]\n',
        'apps/t/t.yaml': withFunction('config.kubernetes.io/function', 'exec: { path: ./run.sh }'),
      },
    },
  ),
  kustomization('a function’s annotation on a plain resource', 'resources: [t.yaml]\n', 'inert', {
    files: { [T]: withFunction('config.kubernetes.io/function', 'exec: { path: ./run.sh }') },
  }),
  kustomization(
    'a chart whose name is an option',
    'helmCharts:\n- name: --post-renderer=./run.sh\n  releaseName: x\n  repo: https://charts.example.com\n  version: 1.0.0\n',
    refused('HELM_REFUSED', 2),
  ),
  kustomization(
    'a chart from a repository nobody allowed',
    'helmCharts:\n- name: redis\n  releaseName: x\n  repo: https://charts.example.com\n  version: 1.0.0\n',
    refused('CHART_REFUSED', 2),
  ),
  kustomization(
    'a chart as it was written once',
    'helmChartInflationGenerator:\n- chartName: x\n  chartRepoUrl: http://127.0.0.1:1\n  extraArgs: [--post-renderer, sh]\n',
    refused('HELM_REFUSED', 4),
  ),
  kustomization(
    'the command of helm',
    'helmGlobals: { chartHome: /etc }\nhelmCharts: [{ name: x }]\n',
    refused('OVERLAY_LEAVES_REPOSITORY', 2),
  ),
  kustomization('a chart by a plugin', 'generators: [t.yaml]\n', refused('CHART_REFUSED', `${T}:1`), {
    files: {
      [T]: 'apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: { name: x }\nname: x\nrepo: http://127.0.0.1:1\n',
    },
  }),
  kustomization(
    'kustomizations as resources',
    'resources: [k.yaml]\n',
    refused('KUSTOMIZE_FAILED', `${WEB}/k.yaml:1`),
    {
      files: { [`${WEB}/k.yaml`]: `kind: Kustomization\nresources: [/etc]\n---\n${CONFIG_MAP}` },
    },
  ),
]
