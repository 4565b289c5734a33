/** Every code of a problem of bringing in remote bases: what it means; what to do. */
export const REASONS = {
  REMOTE_REF_UNKNOWN: 'A remote base’s repository has no such branch, tag or commit; correct the ref.',
  REMOTE_TAG_MOVED: 'A tag stands for another commit than when it was first seen, and the operator blocks that.',
  REMOTE_TOO_LARGE:
    'A remote base’s repository is larger than Lockstep fetches; keep bases in a repository of their own.',
  REMOTE_TOO_DEEP: 'Remote bases refer to further ones without end; refer to what you need directly.',
  REMOTE_UNSAFE: 'A remote base’s repository holds names that no file system should see; do not use it.',
  REMOTE_ORIGIN_ANNOTATIONS:
    'Annotations of origin would name Lockstep’s own directories; remove them from `buildMetadata`.',
  RESERVED_PATH: 'A repository has a directory `.lockstep`, where remote content is placed; rename it.',
} as const
