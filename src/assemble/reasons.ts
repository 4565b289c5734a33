export const REASONS = {
  CLUSTER_UNKNOWN: "no cluster of that name is registered; correct the name or add it to the operator's file",
  CLUSTER_FORBIDDEN:
    "the operator does not let this repository use the cluster; add it to the cluster's `repositories`",
  OPERATOR_FILE_MISSING: "the operator's file cannot be read; name it with --config or LOCKSTEP_CONFIG",
  EMBEDDED_ONLY: 'without REDIS_URL there is one process: use `lockstep serve --embedded`',
} as const
