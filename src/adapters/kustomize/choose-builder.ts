import { BuildDeclined, type Builder, type BuildRequest } from './builder.ts'

export interface Builders {
  /** Builds everything. */
  readonly binary: Builder
  /** Faster, and asked first for everything but charts. */
  readonly resident?: Builder
}

/** The version of the builder that would be asked first. */
export async function builderVersion({ binary, resident }: Builders, charts: boolean): Promise<string> {
  if (charts || !resident) return binary.version()
  return resident.version().catch(unlessDeclined(() => binary.version()))
}

/** Builds with the first that does not decline. */
export async function buildWith({ binary, resident }: Builders, request: BuildRequest): Promise<Buffer> {
  if (request.charts || !resident) return binary.build(request)
  return resident.build(request).catch(unlessDeclined(() => binary.build(request)))
}

function unlessDeclined<T>(otherwise: () => Promise<T>): (error: unknown) => Promise<T> {
  return (error) => {
    if (error instanceof BuildDeclined) return otherwise()
    throw error
  }
}
