/** Every code of a problem that the model itself finds: what it means; what to do. */
export const REASONS = {
  MANIFEST_SYNTAX:
    'The render is not readable as Kubernetes objects; build the overlay by hand and look at the line named.',
  MANIFEST_INCOMPLETE: 'An object has no apiVersion, kind or metadata.name; add it.',
  MANIFEST_DUPLICATE: 'The render holds one object twice; keep one, or tell them apart by name or namespace.',
} as const
