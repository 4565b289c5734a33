/** Every code of a problem found by reading kustomizations before a build: what it means; what to do. */
export const REASONS = {
  OVERLAY_MISSING: 'The overlay’s directory has no kustomization file; add one or correct the path.',
  OVERLAY_MISSING_BASE: 'A resource, base or component does not exist; correct the entry at the line named.',
  OVERLAY_MISSING_FILE: 'A file that a kustomization refers to does not exist; correct the entry at the line named.',
  OVERLAY_LEAVES_REPOSITORY: 'A path or link leads out of the repository; refer to files inside it.',
  OVERLAY_FILE_OUTSIDE:
    'A file is not in or below its kustomization’s directory, which kustomize refuses; move it there.',
  OVERLAY_LINK_LOOP: 'Symbolic links lead round in a circle; remove one of them.',
  OVERLAY_SUBMODULE: 'A path leads into a submodule, which is not fetched; copy the files into the repository.',
  OVERLAY_CYCLE: 'A kustomization builds on itself; remove the entry named.',
  OVERLAY_TOO_WIDE: 'Bases refer to each other so often that a build would not end; refer to each once.',
  OVERLAY_NAME: 'A name begins with `-`, so commands take it for an option, or is longer than names may be; rename it.',
  KUSTOMIZATION_SYNTAX: 'A kustomization or plugin file is not YAML that is read everywhere alike; correct it.',
  KUSTOMIZATION_TOO_LARGE: 'A kustomization file is larger than 1 MiB; split it.',
  KUSTOMIZATION_INVALID: 'A field of a kustomization has the wrong type; write what the message says.',
  KUSTOMIZATION_UNKNOWN_FIELD: 'A field of a kustomization is not known; correct its name or remove it.',
  KUSTOMIZATION_SEVERAL: 'A directory holds more than one kustomization file; keep one.',
  REMOTE_BASE_REFUSED:
    'A kustomization refers to something on the network; copy it, or have the operator allow its repository.',
  HELM_REFUSED:
    'A field of a Helm chart could reach helm as something else than what it is for; write what the message says, or remove it.',
  CHART_REFUSED: 'A chart comes from a repository that the operator has not allowed; the remedy holds the line to add.',
  CHART_MISSING: 'A chart is neither in the repository nor has it a `repo`; commit it or say where it comes from.',
  CHART_CONFLICT: 'Two different charts would have one directory; give one of them another `chartHome`.',
  PLUGIN_REFUSED:
    'A generator, transformer or validator is not built into kustomize and would run a program; use a builtin one.',
} as const
