import { BuildDeclined, type Builder, type BuildRequest } from './builder.ts'

export interface Builders {
  /** Builds everything but charts. */
  readonly binary: Builder
  /** Builds what has charts. */
  readonly charts: Builder
  /** Faster, and asked first for everything but charts. */
  readonly resident?: Builder
}

/** The version of the builder that would be asked first. */
export async function builderVersion({ binary, charts, resident }: Builders, withCharts: boolean): Promise<string> {
  if (withCharts) return charts.version()
  if (!resident) return binary.version()
  return resident.version().catch(unlessDeclined(() => binary.version()))
}

/** Builds with the first that does not decline. */
export async function buildWith({ binary, charts, resident }: Builders, request: BuildRequest): Promise<Buffer> {
  if (request.charts) return charts.build(request)
  if (!resident) return binary.build(request)
  return resident.build(request).catch(unlessDeclined(() => binary.build(request)))
}

function unlessDeclined<T>(otherwise: () => Promise<T>): (error: unknown) => Promise<T> {
  return (error) => {
    if (error instanceof BuildDeclined) return otherwise()
    throw error
  }
}
