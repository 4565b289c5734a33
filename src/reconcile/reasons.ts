/** Every code of an outcome or a problem of a reconcile: what it means; what to do. */
export const REASONS = {
  RECONCILED: 'The cluster holds what Git says; nothing to do.',
  IN_SYNC: 'The cluster already held what Git says; nothing to do.',
  PLANNED: 'This is what a reconcile would do; nothing was changed.',
  NOT_REHEARSED:
    'Its namespace, its kind or an object it needs is made by the same plan, so the API server was not asked about it yet.',
  NOT_ASKED:
    'The API server could not answer for another object, so it was not asked about this one; it is tried again.',
  DRY_RUN_UNSUPPORTED:
    'A webhook of this object does not take part in dry runs, so it is applied without one; set `sideEffects` in its configuration.',
  TAKEN_OVER:
    'Another tool applied this object before; what it set is ours now. Nothing to do, once that tool is gone.',
  ORPHAN_TAKEN_OVER: 'A target that left Git had left this object behind; it belongs to this one now. Nothing to do.',
  REPLACED:
    'Git changed fields that are fixed for life, so the object was deleted and made again as its annotation allows.',
  RECONCILE_DISABLED: 'An annotation asks for this object to be left alone; remove it to have it applied again.',
  HEALTH_WAITS: 'Everything is applied and some objects are not healthy yet; wait, or look at the objects named.',
  HEALTH_FAILED: 'Everything is applied and an object is Degraded; look at the object named and mend it in Git.',
  SUPERSEDED: 'The default branch moved on while objects were coming up; the newer commit is reconciled next.',
  OVERTAKEN: 'Another worker changed the same target meanwhile; it is reconciled again.',
  DRIFT_HEALED: 'Live fields differed from what was applied and were put back; nothing to do.',
  DRIFT_WAITS:
    'Live fields differ again soon after they were put back; they are put back a little later. Nothing to do.',
  DRIFT_CONTENDED:
    'Another writer keeps changing a field that Git sets, so it is not put back any more; stop that writer, take the field out of Git, add a `drift.ignore` rule, or answer `/heal` to try again.',
  DRIFT_REPORTED: 'Live fields differ from Git and the policy is `report`; answer `/heal`, or change Git.',
  DRIFT_BLOCKS:
    'Git changes an object whose applied fields others changed, and the policy is `report`; answer `/heal` first.',
  FIELD_CONFLICT:
    'Another manager owns a field that was never ours; drop the field from Git or let go of it in the cluster.',
  OBJECT_OF_OTHER_TARGET: 'Another target applies the same object; keep it in one of them.',
  NAMESPACE_SHARED: 'Another target already applies this Namespace, so it is left to that one; keep it in one of them.',
  REPLICAS_AUTOSCALED:
    'An autoscaler writes spec.replicas, or the resources of containers, so that is left to it; drop the field from Git.',
  RENDER_REFUSED: 'The overlay could not be rendered, so nothing is applied or pruned; correct the overlay.',
  RENDER_EMPTY: 'The render holds no objects, so nothing is applied or pruned; put the resources back.',
  TARGET_UNKNOWN:
    'The configuration or its overlays no longer name this target; delete its objects by hand, or put it back.',
  DISPATCHED: 'The targets that are not known to hold the newest render are reconciled; nothing to do.',
  TRACK_MISSING: 'The environment tracks a branch, tag or commit that is not there; push it, or change `track`.',
  REPOSITORY_EMPTY: 'The repository has no commit yet; push a first one.',
  TARGET_SUSPENDED: 'The environment is suspended, so nothing is applied, healed or pruned; drop `suspend` to go on.',
  ORDER_WAITS:
    'An application that comes before it is not healthy at its newest render; it is looked at again when that changes.',
  WAVE_WAITS:
    'An earlier wave is not healthy at the new render, or not for long enough; it is looked at again when that changes.',
  CONFIGURATION_WAITS:
    'The configuration of the newest commit cannot be read, so the target stays at what it holds and only drift is put back; mend .lockstep.yaml.',
  REMOVAL_ORPHANED: 'The target left Git and its objects stay, as `removal: orphan` says; delete what is not needed.',
  REMOVAL_WAITS: 'The target left Git and not all of its objects could be removed; see the problems.',
  REMOVAL_UNSURE: 'The target is not found in Git, and that may be a mistake, so its objects stay; see the message.',
  REMOVED: 'The target left Git and its objects were removed, as `removal: delete` says; nothing to do.',
  CONFIG_MISSING: 'The repository has no .lockstep.yaml; add one.',
  ADMISSION_REFUSED: 'The render holds something that is never applied; correct the objects named.',
  OBJECT_DUPLICATE: 'An object stands in the render twice; keep one.',
  OBJECT_WITHOUT_NAME: 'An object has no metadata.name; give it one.',
  KIND_UNKNOWN:
    'The cluster has no such kind; install its definition first. Where another application brings it, name that by `order`.',
  NAMESPACE_MISSING: 'A namespaced object names no namespace; set it in the kustomization.',
  NAMESPACE_ABSENT: 'The cluster does not have the namespace of an object; create it, or put it into the overlay.',
  KIND_FORBIDDEN: 'An object is of a kind that its environment does not take; remove it, or allow the kind by `kinds`.',
  OBJECT_OF_LOCKSTEP: 'An object is what Lockstep itself remembers in the cluster; remove it from the overlay.',
  NAMESPACE_FORBIDDEN: 'An object is outside the namespaces of its environment; move it or allow the namespace.',
  SECRET_ENCRYPTED: 'A Secret is still encrypted; decrypt it inside the cluster.',
  APPLY_REFUSED: 'The API server refuses an object; correct what it names. Nothing after that stage was applied.',
  OBJECT_TOO_LARGE:
    'An object takes more bytes than the cluster stores in one request; split it, or keep what is bulky out of the cluster.',
  APPLY_IMMUTABLE: 'A field cannot be changed on the live object; undo the change, or delete the object by hand.',
  REPLACE_WAITS:
    'An object is deleted to be made again and is not gone yet; look at its finalizers. It is made by the pass that finds it gone.',
  ADMISSION_DENIED:
    'A webhook, a policy or a quota of the cluster refuses an object; correct it, or have the rule changed.',
  WEBHOOK_UNAVAILABLE:
    'A webhook that must agree does not answer; mend it or delete its configuration. It is tried again.',
  DEFINITION_NOT_SERVED:
    'The API server does not serve the kind of a definition that was just applied; see the message, it names the reason.',
  APPLY_FORBIDDEN: 'Lockstep lacks a right in the cluster; grant it.',
  APPLY_TERMINATING: 'The namespace is being deleted; wait until it is gone.',
  APPLY_UNAVAILABLE: 'The API server could not answer; it is tried again.',
  OBJECTS_UNKNOWN: 'The cluster did not tell its objects in time; it is tried again.',
  INVENTORY_LOST:
    'The inventory was gone and was made again from the live objects; look for who deleted it. What left Git meanwhile is pruned once it is confirmed.',
  INVENTORY_CORRUPT:
    'The inventory could not be believed and was made again from the live objects; look for who changed it. What left Git meanwhile is pruned once it is confirmed.',
  INVENTORY_NEWER: 'A newer Lockstep wrote the inventory; let that one work, or upgrade.',
  INVENTORY_CONTENDED: 'Others keep writing the inventory; look for a second installation with the same targets.',
  PRUNE_AFTER_HEALTH: 'An object that left Git is removed once everything that is in Git is healthy; nothing to do.',
  PRUNE_HANDED_OVER:
    'An object that left this overlay is in the one of another target, which has it now; nothing to do.',
  PRUNE_RELEASED: 'An object that left Git does not carry our label any more, so it is left alone; nothing to do.',
  PRUNE_LIMIT: 'More objects left Git than may be pruned at once; confirm with `/confirm-prune`.',
  PRUNE_UNCONFIRMED:
    'Objects that are not in Git are known by their label alone since the inventory was made again; confirm with `/confirm-prune`.',
  PRUNE_UNSURE:
    'An overlay of the same cluster ceased to build, so what left Git may have moved there; mend it, or confirm with `/confirm-prune`.',
  PRUNE_PROTECTED: 'An object that left Git takes data or other objects with it; annotate it to allow its deletion.',
  PRUNE_IN_USE: 'A namespace or definition that left Git holds objects of others; delete those first, or keep it.',
  PRUNE_NOT_OURS: 'An object that left Git was made by somebody else; delete it by hand.',
  PRUNE_DISABLED: 'An object that left Git is annotated to be kept; nothing to do.',
  PRUNE_DELETING:
    'An object that left Git is being deleted and still there; where that lasts, look at the controller of the finalizer it names.',
  PRUNE_WAITS: 'An object that left Git is removed after others that are still being deleted; nothing to do.',
  PRUNE_KIND_UNKNOWN: 'The kind of an object that left Git is not served at present; bring its API back.',
  PRUNE_UNREADABLE: 'An object that left Git may not be read, so nobody knows whether it is gone; grant that right.',
  PRUNE_FAILED: 'The API server refused a deletion; see the message. It is tried again.',
  LEASE_LOST:
    'This worker no longer holds the cluster, so it stopped writing to it; nothing to do, another one goes on.',
  OBJECT_DEGRADED: 'A live object is Degraded; see the message.',
  OBJECT_PROGRESSING: 'A live object is not ready after the deadline; see the message.',
} as const
