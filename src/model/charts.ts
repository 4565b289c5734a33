import type { FileMode } from './tree.ts'

/** A chart as an entry of `helmCharts` asks for it. */
export interface ChartRequest {
  /** `https://host/path` or `oci://host/path`. */
  readonly repo?: string
  readonly name: string
  /** A version or a range; left out, the newest. */
  readonly version?: string
  /** Where it is asked for, for problems. */
  readonly file: string
  readonly line: number
}

/** A chart's archive after it was checked and unpacked in memory. */
export interface OpenedChart {
  /** By path inside the chart's own directory: `Chart.yaml`, `templates/service.yaml`. Plain files only. */
  readonly files: ReadonlyMap<
    string,
    { readonly mode: Exclude<FileMode, '120000' | '160000'>; readonly content: Buffer }
  >
  /** `sha256:…` of the archive. */
  readonly digest: string
  /** The version that was opened. */
  readonly version: string
  /** False where tomorrow another version may be opened for the same request. */
  readonly pinned: boolean
  /** The digest recorded first for the same version, where it was another one. */
  readonly movedFrom?: string
}

/**
 * Opens charts of the repositories that the operator allows. Refuses with file, line and the operator's line that is missing.
 *
 * Between two scans of an overlay the vendor does this: `overlayInputs` reports `charts: ChartReference[]`. Those that hold a `refusal`
 * (it is among the problems, too) are opened, and their files are placed below `<directory of the reference>/`, which is where kustomize
 * looks and the only place where it finds a chart's own `values.yaml`: no kustomization is changed. The second scan takes them for files
 * like any other. The others are in the tree already, and nobody has to fetch anything. helm has to run where there is any.
 */
export interface Charts {
  open(request: ChartRequest, options?: { signal?: AbortSignal }): Promise<OpenedChart>
}
