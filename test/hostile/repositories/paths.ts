import { CONFIG_MAP, type Hostile, K, kustomization, refused, type Trap, WEB } from '../hostile.ts'

const LEAVES = 'OVERLAY_LEAVES_REPOSITORY'
const OUT = '../../../../../../..'

/** Ways out of the repository, and into git's own directory. */
export function paths({ outside }: Trap): readonly Hostile[] {
  const out = `${OUT}${outside}`
  const link = (what: string, target: string, code: string, at: string | number = 2) =>
    kustomization(what, 'resources:\n- l.yaml\n', refused(code, at), { links: { [`${WEB}/l.yaml`]: target } })
  return [
    kustomization('a resource above the repository', `resources:\n- ${out}\n`, refused(LEAVES, 2)),
    kustomization('a base above the repository', `resources:\n- ${OUT}/etc\n`, refused(LEAVES, 2)),
    kustomization('an absolute resource', `resources:\n- ${outside}\n`, refused(LEAVES, 2)),
    kustomization('a component above the repository', `components:\n- ${OUT}/etc\n`, refused(LEAVES, 2)),
    kustomization('a patch above', `patches:\n- path: ${out}\n  target: { kind: X }\n`, refused(LEAVES, 2)),
    kustomization('an old patch above', `patchesStrategicMerge:\n- ${out}\n`, refused(LEAVES, 2)),
    kustomization(
      'a file of a generator above',
      `configMapGenerator:\n- name: x\n  files: [k=${out}]\n`,
      refused(LEAVES, 3),
    ),
    kustomization(
      'the environment of the process',
      'configMapGenerator:\n- name: x\n  envs: [/proc/self/environ]\n',
      refused(LEAVES, 3),
    ),
    kustomization('a replacement above', `replacements:\n- path: ${out}\n`, refused(LEAVES, 2)),
    kustomization('CRDs above', `crds:\n- ${out}\n`, refused(LEAVES, 2)),
    kustomization('configurations above', `configurations:\n- ${out}\n`, refused(LEAVES, 2)),
    kustomization('a schema above', `openapi:\n  path: ${out}\n`, refused(LEAVES, 2)),
    kustomization('a transformer above', `transformers:\n- ${out}\n`, refused(LEAVES, 2)),
    kustomization('a home directory', 'resources:\n- ~/.ssh/id_rsa\n', refused('OVERLAY_MISSING_BASE', 2)),
    kustomization('a variable of the shell', 'resources:\n- $HOME/.ssh\n', refused('OVERLAY_MISSING_BASE', 2)),
    kustomization(
      'dots in percent signs',
      `resources:\n- "%2e%2e/%2e%2e/%2e%2e/etc"\n`,
      refused('OVERLAY_MISSING_BASE', 2),
    ),
    kustomization('backslashes', 'resources:\n- ..\\..\\..\\..\\etc\n', refused('OVERLAY_MISSING_BASE', 2)),
    kustomization('a path with a NUL', 'resources:\n- "a\\0/../../../../../etc"\n', refused(LEAVES, 2)),
    kustomization(
      'a path of 5,000 characters',
      `resources:\n- ${'a/'.repeat(2_500)}b\n`,
      refused('OVERLAY_MISSING_BASE', 2),
    ),
    kustomization(
      'git’s own files',
      'configMapGenerator:\n- name: x\n  files: [../../../.git/config]\n',
      refused('OVERLAY_MISSING_FILE', 3),
    ),
    link('a link to a file outside', outside, LEAVES),
    link('a link up and out', `${OUT}${outside}`, LEAVES),
    link('a link to itself', 'l.yaml', 'OVERLAY_LINK_LOOP'),
    link('a link into /proc', '/proc/self/environ', LEAVES),
    link('a link to a file of another application', '../../good/prod/settings.yaml', 'OVERLAY_FILE_OUTSIDE'),
    kustomization('links one after the other, the last outside', 'resources:\n- a\n', refused(LEAVES, 2), {
      links: { [`${WEB}/a`]: 'b', [`${WEB}/b`]: '../c', 'apps/web/c': '/etc' },
    }),
    kustomization('a directory that is a link out', 'resources:\n- d/passwd\n', refused(LEAVES, 2), {
      links: { [`${WEB}/d`]: '/etc' },
    }),
    { what: 'a kustomization that is a link out', files: {}, links: { [K]: outside }, fate: refused(LEAVES, 1) },
    { what: 'a kustomization that is a submodule', files: {}, submodules: [K], fate: refused('OVERLAY_SUBMODULE', 1) },
    { what: 'a kustomization that is a directory', files: { [`${K}/a`]: CONFIG_MAP }, fate: 'inert' },
    kustomization('a base in a submodule', 'resources:\n- ../../../sub/base\n', refused('OVERLAY_SUBMODULE', 2), {
      submodules: ['sub'],
    }),
    kustomization(
      'a directory named like an option',
      'resources:\n- ../../--enable-helm\n',
      refused('OVERLAY_NAME', 2),
      {
        files: { 'apps/--enable-helm/kustomization.yaml': 'namePrefix: x-\n' },
      },
    ),
    kustomization('a file named like an option', 'resources: [--stack-trace.yaml]\n', 'inert', {
      files: { [`${WEB}/--stack-trace.yaml`]: CONFIG_MAP },
    }),
    kustomization(
      'a link to a name of 5,000 characters',
      'resources:\n- l.yaml\n',
      refused('OVERLAY_MISSING_BASE', 2),
      {
        links: { [`${WEB}/l.yaml`]: 'n'.repeat(5_000) },
      },
    ),
    kustomization('names that differ in case only', 'resources: [Settings.yaml]\n', 'inert', {
      files: { [`${WEB}/Settings.yaml`]: CONFIG_MAP.replace('a: b', 'a: c') },
    }),
    kustomization(
      'a file name of 300 characters',
      `resources:\n- ${'n'.repeat(300)}.yaml\n`,
      refused('OVERLAY_NAME', 2),
      {
        files: { [`${WEB}/${'n'.repeat(300)}.yaml`]: CONFIG_MAP },
      },
    ),
  ]
}
