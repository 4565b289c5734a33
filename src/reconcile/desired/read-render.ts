import type { Cluster, ResourceKind } from '../../model/cluster.ts'
import type { JsonObject } from '../../model/json.ts'
import { LruCache } from '../../model/lru-cache.ts'
import type { Manifest } from '../../model/manifest.ts'
import { mapLimited } from '../../model/map-limited.ts'
import type { Render } from '../../model/renderer.ts'
import { type ResourceKey, resourceId } from '../../model/resource-key.ts'
import { kindId, kindsOf } from '../live/kinds-of.ts'
import { objectAt } from '../live/live-object.ts'
import type { Session } from '../pass/session.ts'
import { definedScopes } from './admission.ts'
import { bodyOf, type DesiredObject, toDesired } from './desired.ts'
import type { Scope } from './kind-rules.ts'

type ReadableRender = Pick<Render, 'digest' | 'manifests' | 'unstable'>
type RenderSession = Pick<Session, 'ownership' | 'concurrency'> & { readonly cluster: Pick<Cluster, 'scope'> }

/** A render as one target applies it. */
export interface ReadRender {
  readonly objects: readonly DesiredObject[]
  /** The manifests, where cluster-scoped ones name no namespace. */
  readonly scoped: () => readonly Manifest[]
  readonly scope: (key: ResourceKey) => Scope | undefined
  /** Rules of admission, as JSON, that nothing in it breaks. */
  readonly admitted: Set<string>
}

/** What is kept of a render between passes: names and hashes, no bodies. */
interface KnownRender {
  readonly scopes: readonly KindScope[]
  readonly objects: readonly Omit<DesiredObject, 'body'>[]
  readonly admitted: Set<string>
}

interface KindScope {
  readonly kind: ResourceKind
  readonly scope: Scope | undefined
  /** By the render itself; otherwise the cluster said so. */
  readonly defined: boolean
}

const KNOWN_BYTES = 16 * 1024 * 1024
/** Measured; a Secret's hashes come on top. */
const OBJECT_BYTES = 400
const known = new LruCache<string, KnownRender>(KNOWN_BYTES, weigh)

/**
 * By digest and target. The objects of a render that was read before get their bodies only when one is asked for; one that a chart
 * renders differently every time is read every time.
 */
export async function readRender(session: RenderSession, render: ReadableRender): Promise<ReadRender> {
  const key = [render.digest, session.ownership.target, session.ownership.applySet].join('\n')
  const before = render.unstable ? undefined : known.get(key)
  if (before && (await isStillScoped(session, before.scopes))) return revived(session, render, before)
  const scopes = await scopesOf(session, render.manifests)
  const scope = scopeIn(scopes)
  const scoped = inScope(render.manifests, scope)
  const objects = scoped.map((manifest) => toDesired(manifest, session.ownership))
  const admitted = new Set<string>()
  known.set(key, { scopes: structuredClone(scopes), objects: objects.map(withoutBody), admitted })
  return { objects, scoped: () => scoped, scope, admitted }
}

/** Its names are copies: parts of the render's text would keep the whole text. */
function withoutBody({ body: _, key, ...object }: DesiredObject): Omit<DesiredObject, 'body'> {
  return { ...object, key: structuredClone(key) }
}

function revived(
  { ownership }: RenderSession,
  render: ReadableRender,
  { scopes, objects, admitted }: KnownRender,
): ReadRender {
  const scope = scopeIn(scopes)
  let manifests: readonly Manifest[] | undefined
  const scoped = () => {
    manifests ??= inScope(render.manifests, scope)
    return manifests
  }
  let byId: ReadonlyMap<string, Manifest> | undefined
  const manifestOf = (id: string) => {
    byId ??= new Map(scoped().map((manifest) => [resourceId(manifest.key), manifest]))
    return byId.get(id) as Manifest
  }
  const lazy = (object: Omit<DesiredObject, 'body'>) => withBody(object, () => bodyOf(manifestOf(object.id), ownership))
  return { objects: objects.map(lazy), scoped, scope, admitted }
}

/** The same body each time. */
function withBody(object: Omit<DesiredObject, 'body'>, make: () => JsonObject): DesiredObject {
  let made: JsonObject | undefined
  return {
    ...object,
    get body() {
      made ??= make()
      return made
    },
  }
}

async function scopesOf(session: RenderSession, manifests: readonly Manifest[]): Promise<KindScope[]> {
  const defined = definedScopes(manifests)
  const kinds = kindsOf(manifests.map(({ key }) => key))
  return mapLimited(kinds, session.concurrency, async (kind) => {
    const own = defined.get(kindId(kind))
    return { kind, scope: own ?? (await session.cluster.scope(kind)), defined: own !== undefined }
  })
}

async function isStillScoped({ cluster, concurrency }: RenderSession, scopes: readonly KindScope[]): Promise<boolean> {
  const asked = scopes.filter(({ defined }) => !defined)
  const same = await mapLimited(asked, concurrency, async ({ kind, scope }) => (await cluster.scope(kind)) === scope)
  return same.every(Boolean)
}

function scopeIn(scopes: readonly KindScope[]): (key: ResourceKey) => Scope | undefined {
  const byKind = new Map(scopes.map(({ kind, scope }) => [kindId(kind), scope]))
  return (key) => byKind.get(kindId(key))
}

/** kustomize's namespace transformer may mark a custom resource that has no namespace. */
function inScope(manifests: readonly Manifest[], scope: (key: ResourceKey) => Scope | undefined): readonly Manifest[] {
  return manifests.map((manifest) => (scope(manifest.key) === 'cluster' ? withoutNamespace(manifest) : manifest))
}

function withoutNamespace({ key, body }: Manifest): Manifest {
  if (key.namespace === undefined) return { key, body }
  const { namespace: _, ...cluster } = key
  const { namespace: __, ...metadata } = objectAt(body, 'metadata') ?? {}
  return { key: cluster, body: { ...body, metadata } }
}

function weigh({ objects }: KnownRender): number {
  return objects.reduce((sum, { values }) => sum + OBJECT_BYTES + 100 * (values?.size ?? 0), 0)
}
