/** The registries that the operator allows a repository to look at. Throws a LockstepError where one does not answer or is not allowed. */
export interface ImageRegistries {
  /** Every tag of the image, in the registry's order. May be as old as the operator's interval for this registry. */
  tags(image: string): Promise<readonly string[]>
  /** `sha256:…` that the tag stands for now; undefined where the registry has no such tag. */
  digest(image: string, tag: string): Promise<string | undefined>
}
