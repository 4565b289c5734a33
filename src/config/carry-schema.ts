import { z } from 'zod'
import { names } from './schema-parts.ts'

/** `images`, `configMapGenerator[name=features].literals`: keys, list members chosen by a field, keys with dots in brackets. */
const KEY = '[A-Za-z][A-Za-z0-9_-]*'
const BRACKET = '\\[(?:[A-Za-z]+=[^\\]=[]+|[A-Za-z0-9][^\\]=[]*)\\]'
const STEP = `${KEY}(?:${BRACKET})*`
const FIELD_PATH = new RegExp(`^${STEP}(?:\\.${STEP})*$`)
/** In a patch the first step may choose from a list: `[path=/spec/replicas].value`. */
const PATCH_PATH = new RegExp(`^(?:${STEP}|(?:${BRACKET})+)(?:\\.${STEP})*$`)

export const fieldPath = z
  .string()
  .regex(FIELD_PATH, 'must be a field of the kustomization file, e.g. configMapGenerator[name=features].literals')

const patchPath = z
  .string()
  .regex(PATCH_PATH, 'must be a field of the patch, e.g. spec.template.spec.containers[name=app].env[name=FLAG]')

const overlayFile = z
  .string()
  .regex(
    /^(?!\/)(?!.*(?:^|\/)\.{1,2}(?:\/|$))(?!.*\/\/)[^\\]*[^\\/]$/,
    'must be a file or directory below the overlay, e.g. version.yml or config/**',
  )
const apps = names.optional().meta({ description: 'Only these applications. Default: all.' })

/** One rule of `carry`. */
export const carry = z.union(
  [
    z.enum(['images', 'refs', 'charts']),
    z.strictObject({ path: fieldPath, apps }),
    z.strictObject({
      patch: z
        .string()
        .min(1, 'must name a patch')
        .meta({ description: 'A patch file as the kustomization names it, or the object: Deployment/checkout.' }),
      path: patchPath,
      apps,
    }),
    z.strictObject({ files: z.array(overlayFile).min(1, 'must name at least one'), apps }),
  ],
  { error: 'must be images, refs, charts, {path: FIELD}, {patch: PATCH, path: FIELD} or {files: [...]}' },
)
