import type { FileMode } from '../../model/tree.ts'

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
 * Between the two scans of an overlay the vendor does this for each kustomization: `overlayInputs` reports `charts: ChartReference[]`
 * beside `problems` (each holds the refusal that stands there without a vendor), it opens each and puts its files below
 * `<directory of the kustomization>/CHART_HOME/<chartDirectory(reference)>/`, and the kustomization becomes
 * `placeCharts(value, CHART_HOME)`. kustomize reads a chart's `values.yaml` only below the kustomization's own directory. The second
 * scan takes charts below CHART_HOME for files like any other; nothing of a repository may have such a path.
 */
export interface Charts {
  open(request: ChartRequest, options?: { signal?: AbortSignal }): Promise<OpenedChart>
}
