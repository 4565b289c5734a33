import { allowedRegistry, type RegistrySource } from '../../config/registries.ts'
import { imagePlace } from '../../model/image-name.ts'
import type { ImageRegistries } from '../../model/image-registries.ts'
import type { RegistryOptions } from './ask-registry.ts'
import { createImageRegistry, type ImageRegistry } from './image-registry.ts'
import { notAllowed } from './registry-failure.ts'

export interface RegistriesOptions extends Omit<RegistryOptions, 'source'> {
  readonly sources: readonly RegistrySource[]
}

/** For a repository (`owner/name`), the registries that the operator lets it watch. What was asked for one is known to all. */
export function createRegistries(options: RegistriesOptions): (repository: string) => ImageRegistries {
  const opened = new Map<RegistrySource, ImageRegistry>()
  const open = (host: string, repository: string): ImageRegistry => {
    const source = allowedRegistry(options.sources, host, repository)
    if (!source) throw notAllowed(host)
    const registry = opened.get(source) ?? createImageRegistry({ ...options, source })
    opened.set(source, registry)
    return registry
  }
  return (repository) => ({
    tags: async (image) => {
      const { host, path } = imagePlace(image)
      return open(host, repository).tags(path)
    },
    digest: async (image, tag) => {
      const { host, path } = imagePlace(image)
      return open(host, repository).digest(path, tag)
    },
  })
}
